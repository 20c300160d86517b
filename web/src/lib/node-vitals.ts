import type { Fact } from './facts';
import { ABSENT, bytes, count, duration, milliseconds } from './format';
import { secondsFromNs } from './time';
import type { BlockTemplate, CpuVitals, ProbeVitals, ProcessVitals, Vitals } from './vitals';

/** One tile, as `Tile.svelte` wants it. */
export interface VitalTile {
  label: string;
  values: { name?: string; value: string; bad?: boolean }[];
  note: string;
  alarm?: boolean;
}

/** Longer than this without an answer to a ping, seconds: the node is busy, or gone. */
const SILENT_SECONDS = 60;

/** The tiles of what is known; `now` is bus time. */
export function vitalTiles({ probe, chain, process }: Vitals, now: number): VitalTile[] {
  return [
    ...(probe ? [backlogTile(probe, now)] : []),
    ...(process ? [cpuTile(process), ...memoryTile(process), ...filesTile(process)] : []),
    ...(chain?.template ? [templateTile(chain.template, now)] : []),
    ...(chain?.echo ? [{ label: 'IPC answers in', values: [{ value: milliseconds(chain.echo.round_trip_ns / 1e9) }], note: ago(chain.echo.time_ns, now) }] : []),
  ];
}

function backlogTile({ ping, connection, gone }: ProbeVitals, now: number): VitalTile {
  const age = ping ? now - ping.time_unix_seconds : undefined;
  const notes = gone ? ['not connected'] : age === undefined ? [] : [`${duration(age)} ago`];
  if (connection && !connection.verified) notes.push('not verified as this node');
  return {
    label: 'Backlog',
    values: [{ value: ping ? milliseconds(ping.round_trip_ns / 1e9) : ABSENT, name: 'for a ping' }],
    note: notes.join(', '),
    alarm: gone !== undefined || (age ?? 0) > SILENT_SECONDS,
  };
}

function cpuTile({ cpu, thread_count: threads }: ProcessVitals): VitalTile {
  const waiting = cpu?.waiting_cores === undefined ? '' : `, ${coreShare(cpu.waiting_cores)} waiting`;
  return {
    label: 'CPU',
    values: [{ value: coreShare(cpu?.cores), name: 'of a core' }],
    note: `${count(threads)} ${threads === 1 ? 'thread' : 'threads'}${waiting}`,
  };
}

function memoryTile({ memory, proportional_memory: proportional }: ProcessVitals): VitalTile[] {
  if (!memory) return [];
  const notes = [`${bytes(memory.file_bytes)} of files`];
  if (memory.shared_bytes > 0) notes.push(`${bytes(memory.shared_bytes)} shared`);
  if (memory.swap_bytes > 0) notes.push(`${bytes(memory.swap_bytes)} swapped out`);
  if (proportional) notes.push(`PSS ${bytes(proportional.proportional_bytes)}`);
  return [{ label: 'Memory', values: [{ value: bytes(memory.anonymous_bytes), name: 'its own' }], note: notes.join(', ') }];
}

/** From here on it is nearly the limit. */
const MANY_FILES = 0.9;

function filesTile({ files }: ProcessVitals): VitalTile[] {
  if (!files) return [];
  const { open_files: open, open_files_limit: limit, sockets } = files;
  return [{
    label: 'Open files',
    values: [{ value: count(open), ...(limit !== undefined && { name: `of ${count(limit)}` }) }],
    note: `${count(sockets)} of them sockets`,
    alarm: limit !== undefined && open > MANY_FILES * limit,
  }];
}

/** Below this, in satoshis, nothing would be left of it in bitcoins. */
const SMALL_FEES = 100_000;

function templateTile({ fees_sat: fees, transaction_count: transactions, time_ns: time }: BlockTemplate, now: number): VitalTile {
  return {
    label: 'Next block',
    values: [fees < SMALL_FEES ? { value: count(fees), name: 'sat fees' } : { value: (fees / 1e8).toFixed(4), name: 'BTC fees' }],
    note: `${count(transactions)} transactions, ${ago(time, now)}`,
  };
}

/** What is known of our P2P connection to the node. */
export function probeFacts({ connection, gone, announcements }: ProbeVitals, now: number): Fact[] {
  return [
    { name: 'Connected', value: connection ? `for ${duration(now - secondsFromNs(connection.since_ns))}` : 'no', bad: !connection },
    { name: 'Ended', value: gone ? `${ago(gone.since_ns, now)}: ${gone.reason}` : undefined },
    { name: 'The right node', value: connection && (connection.verified ? 'yes' : 'not verified'), bad: connection?.verified === false, hint: 'found by our user agent\'s token in its getpeerinfo' },
    { name: 'Our peer', value: connection?.peer_id === undefined ? undefined : String(connection.peer_id), hint: 'in the node\'s table of peers' },
    { name: 'Transport', value: connection?.transport },
    { name: 'Handshake', value: connection && milliseconds(connection.handshake_ns / 1e9) },
    { name: 'Listening at', value: connection?.listen_address, code: true },
    { name: 'Node\'s side', value: connection?.node_address, code: true },
    { name: 'User agent', value: connection?.user_agent, code: true },
    ...announcements.map(({ command, messages, bytes: size }) => ({ name: command, value: `${count(messages)} (${bytes(size)})`, hint: 'announced to us by the node, since we watch' })),
  ];
}

/** What is known of the block that the node would mine. */
export function templateFacts(template: BlockTemplate, now: number): Fact[] {
  return [
    { name: 'Height', value: count(template.height) },
    { name: 'Transactions', value: count(template.transaction_count) },
    { name: 'Fees', value: `${btc(template.fees_sat)} BTC` },
    { name: 'Weight', value: `${count(template.weight)} WU` },
    { name: 'Signature operations', value: template.sigops_cost === undefined ? undefined : count(template.sigops_cost), hint: 'their cost; 80,000 is the limit' },
    { name: 'Made', value: ago(template.time_ns, now) },
    { name: 'Took', value: milliseconds(template.duration_ns / 1e9) },
    ...template.fee_rates.map(({ percentile, feerate_sat_per_vbyte: rate }) => ({
      name: percentileName(percentile), value: `${rate.toFixed(2)} sat/vB`, hint: `so much of the block's weight pays this or less: ${percentile} %`,
    })),
  ];
}

function percentileName(percentile: number): string {
  return percentile === 0 ? 'Lowest fee rate' : percentile === 50 ? 'Median fee rate' : percentile === 100 ? 'Highest fee rate' : `${percentile} % pay up to`;
}

/** All threads in one line, for who cannot see the chart: `b-msghand 40 %, b-net 3 %`. */
export function threadsText({ threads }: CpuVitals): string {
  return threads.map(({ name, cores }) => `${name} ${coreShare(cores)}`).join(', ');
}

/** A share of a core: `0.4 %`, `57 %`, `212 %`. */
export function coreShare(cores: number | undefined): string {
  if (cores === undefined) return ABSENT;
  const share = cores * 100;
  return `${share < 9.95 ? share.toFixed(1) : Math.round(share)} %`;
}

/** Satoshis as bitcoins, to the satoshi: `0.01234567`. */
function btc(satoshis: number): string {
  return (satoshis / 1e8).toFixed(8);
}

function ago(time_ns: string, now: number): string {
  return `${duration(now - secondsFromNs(time_ns))} ago`;
}
