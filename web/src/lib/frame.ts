import type { Frame, Snapshot } from './types';

/**
 * Reads one text frame. The server is trusted to keep its contract, but a page of another
 * version may still be open: what this page relies on is checked, the rest is not.
 *
 * @throws Error when the frame is not what this page can show
 */
export function parseFrame(text: string): Frame {
  const frame: unknown = JSON.parse(text);
  if (!isObject(frame)) throw new Error('the frame is not an object');
  const { snapshot, error, events, missed, left_out: leftOut } = frame;
  if (snapshot !== undefined && !isSnapshot(snapshot)) throw new Error('the snapshot has an unknown form');
  if (events !== undefined && !Array.isArray(events)) throw new Error('the events have an unknown form');
  if (missed !== undefined && typeof missed !== 'number') throw new Error('the loss has an unknown form');
  if (leftOut !== undefined && !(isObject(leftOut) && typeof leftOut['limit'] === 'number' && typeof leftOut['filter'] === 'number')) {
    throw new Error('what was left out has an unknown form');
  }
  if (error !== undefined && typeof error !== 'string') frame['error'] = JSON.stringify(error);
  return frame as Frame;
}

function isSnapshot(value: unknown): value is Snapshot {
  if (!isObject(value)) return false;
  const { node, peers, totals, vitals } = value;
  return (
    isObject(node) && Array.isArray(node['nodes']) && Array.isArray(node['components']) &&
    isObject(peers) && Array.isArray(peers['peers']) &&
    isObject(totals) && isNanoseconds(totals['bus_time_ns']) && Array.isArray(totals['hops']) &&
    Array.isArray(totals['nodes']) &&
    totals['nodes'].every((n) => isObject(n) && Array.isArray(n['commands']) && Array.isArray(n['hops'])) &&
    (vitals === undefined || (isObject(vitals) && Array.isArray(vitals['nodes'])))
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNanoseconds(value: unknown): boolean {
  return typeof value === 'string' && /^\d{1,20}$/.test(value);
}
