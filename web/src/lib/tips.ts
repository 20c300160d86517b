import { bytes, count, milliseconds } from './format';
import { secondsBetweenNs, secondsFromNs } from './time';
import type { ChainBlock, ChainEntry, Reorg } from './vitals';

/** One line of the table of tips: a block, or a reorganisation. */
export type TipLine = { key: string; block: TipCells } | { key: string; reorg: string; time: number };

/** What is known of a block, in words; empty where it is not. */
export interface TipCells {
  height: string;
  hash: string;
  /** Seconds since the epoch. */
  time: number;
  seen: string;
  /** It was not told of when it happened, or is no longer in the chain. */
  mark: '' | 'filled in' | 'disconnected';
  reconstructed: string;
  prefilled: string;
  mempool: string;
  requested: string;
  bandwidth: string;
  peer: number | undefined;
  announced: string;
  connecting: string;
}

export function tipLines(entries: readonly ChainEntry[]): TipLine[] {
  return entries.flatMap(({ block, reorg }): TipLine[] => {
    if (reorg) return [{ key: `reorg ${reorg.time_ns}`, reorg: reorgText(reorg), time: secondsFromNs(reorg.time_ns) }];
    return block ? [{ key: block.block_hash, block: cellsOf(block) }] : [];
  });
}

/** `Reorganisation: 2 blocks disconnected, 3 connected after height 200; the tip went from 202 to 203` */
function reorgText({ disconnected_blocks: out, connected_blocks: into, fork_height: fork, old_height: before, new_height: now }: Reorg): string {
  const blocks = `${count(out)} ${out === 1 ? 'block' : 'blocks'} disconnected, ${count(into)} connected`;
  return `Reorganisation: ${blocks} after height ${count(fork)}; the tip went from ${count(before)} to ${count(now)}`;
}

function cellsOf(block: ChainBlock): TipCells {
  const { tip, connected, reconstruction } = block;
  const advanced = tip?.advanced_blocks;
  return {
    height: count(block.height),
    hash: block.block_hash,
    time: secondsFromNs((tip?.observed ? tip.time_ns : undefined) ?? connected?.time_ns ?? block.time_ns),
    seen: seenOf(block) + (advanced !== undefined && advanced > 1 ? `, ${count(advanced)} on` : ''),
    mark: block.disconnected ? 'disconnected' : tip?.observed === false ? 'filled in' : '',
    reconstructed: reconstruction ? milliseconds(reconstruction.duration_seconds) : '',
    prefilled: reconstruction ? count(reconstruction.prefilled_transactions) : '',
    mempool: reconstruction ? poolText(reconstruction.mempool_transactions, reconstruction.extra_pool_transactions) : '',
    requested: reconstruction ? requestedText(reconstruction.requested_transactions, reconstruction.requested_bytes) : '',
    bandwidth: reconstruction?.high_bandwidth === undefined ? '' : reconstruction.high_bandwidth ? 'high' : 'low',
    peer: reconstruction?.peer_id,
    announced: block.announced_ns && connected ? signed(secondsBetweenNs(connected.time_ns, block.announced_ns)) : '',
    connecting: connected ? milliseconds(connected.duration_ns / 1e9) : '',
  };
}

/** Who told of the block: the most direct one. */
function seenOf({ tip, connected, logged, disconnected }: ChainBlock): string {
  if (disconnected) return 'disconnected';
  if (tip) return tip.observed ? 'as tip' : 'filled in';
  if (connected) return 'connected';
  return logged ? 'in the log' : '';
}

function poolText(transactions: number, extra: number | undefined): string {
  return extra ? `${count(transactions)} (${count(extra)} extra)` : count(transactions);
}

function requestedText(transactions: number, size: number | undefined): string {
  return transactions > 0 && size !== undefined ? `${count(transactions)} (${bytes(size)})` : count(transactions);
}

/** `−12 ms`: before; `+3.0 ms`: after. */
function signed(seconds: number): string {
  return `${seconds < 0 ? '−' : '+'}${milliseconds(Math.abs(seconds))}`;
}
