import { expect, it } from 'vitest';
import { serviceLetters, serviceNames } from './services';

it.each([
  ['1033', 'nwl', 'NETWORK WITNESS NETWORK_LIMITED'],
  ['3081', 'nwl2', 'NETWORK WITNESS NETWORK_LIMITED P2P_V2'],
  ['0', '', ''],
  ['16777217', 'nu', 'NETWORK bit 24'],
  ['9223372036854775808', 'u', 'bit 63'],
  ['not a number', '', ''],
])('reads the service bits %s', (services, letters, names) => {
  expect(serviceLetters(services)).toBe(letters);
  expect(serviceNames(services).join(' ')).toBe(names);
});
