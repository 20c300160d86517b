import { describe, expect, it } from 'vitest';
import { tipLines } from './tips';
import type { ChainBlock } from './vitals';

const HASH = '00'.repeat(20) + 'ab'.repeat(12);
const cells = (block: Partial<ChainBlock>) => {
  const [line] = tipLines([{ block: { block_hash: HASH, time_ns: '1790000000000000000', disconnected: false, ...block } }]);
  if (!line || !('block' in line)) throw new Error('no block');
  return line.block;
};

describe('tipLines', () => {
  it('shows how a block was put together, and when it was announced', () => {
    const block = cells({
      height: 915_203, announced_ns: '1790000000988000000',
      tip: { time_ns: '1790000002000000000', observed: true, advanced_blocks: 2 },
      connected: { time_ns: '1790000001000000000', transaction_count: 3, duration_ns: 184_000_000 },
      reconstruction: { peer_id: 3, high_bandwidth: true, duration_seconds: 0.0125, prefilled_transactions: 1, mempool_transactions: 40, extra_pool_transactions: 2, requested_transactions: 5, requested_bytes: 1234 },
    });
    expect(block).toEqual({
      height: '915,203', hash: HASH, time: 1_790_000_002, seen: 'as tip, 2 on', mark: '', reconstructed: '13 ms', prefilled: '1', mempool: '40 (2 extra)',
      requested: '5 (1.23 kB)', bandwidth: 'high', peer: 3, announced: '−12 ms', connecting: '184 ms',
    });
  });

  it.each<[Partial<ChainBlock>, object]>([
    [{}, { seen: '', mark: '', reconstructed: '', announced: '', time: 1_790_000_000 }],
    [{ tip: { time_ns: '1790000009000000000', observed: false } }, { seen: 'filled in', mark: 'filled in', time: 1_790_000_000 }],
    [{ disconnected: true, tip: { time_ns: '1790000001000000000', observed: true } }, { seen: 'disconnected', mark: 'disconnected' }],
    [{ logged: { time_ns: '1790000001000000000' } }, { seen: 'in the log' }],
    [{ announced_ns: '1790000001000000000' }, { announced: '' }],
    [{ reconstruction: { prefilled_transactions: 1, mempool_transactions: 40, requested_transactions: 0 } }, { reconstructed: '–', mempool: '40', requested: '0', bandwidth: '' }],
  ])('%#: what is not known stays empty', (block, expected) => expect(cells(block)).toMatchObject(expected));

  it('tells of a reorganisation, and skips what it does not know', () => {
    const reorg = { time_ns: '1790000000000000000', fork_height: 200, old_height: 202, new_height: 203, disconnected_blocks: 1, connected_blocks: 3 };
    expect(tipLines([{ reorg }, {}])).toEqual([{
      key: 'reorg 1790000000000000000', time: 1_790_000_000,
      reorg: 'Reorganisation: 1 block disconnected, 3 connected after height 200; the tip went from 202 to 203',
    }]);
  });
});
