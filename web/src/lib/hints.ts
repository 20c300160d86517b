import type { ComponentStatus, NodeStatus } from './types';

/** Extractors whose panels stay empty without them. */
export type Source = 'p2p' | 'process' | 'ipc' | 'log';

const SWITCHES: Readonly<Record<Source, string>> = {
  p2p: 'No P2P probe: give the node `addnode=127.0.0.1:PORT`, and the same address here as `p2p_listen` under `[[node]]`.',
  process: 'The process is not watched: set `enabled = true` under `[process]`.',
  ipc: 'No IPC: start `bitcoin-node` with `-ipcbind=unix`, and set `enabled = true` under `[ipc]`.',
  log: 'The log is not read: set `enabled = true` under `[log]`.',
};

/** One sentence on why a panel is empty: how the extractor is, or how to switch it on. */
export function hintOf(source: Source, { node }: Pick<NodeStatus, 'node'>, components: readonly ComponentStatus[]): string {
  const component = components.find(({ component }) => component === `${source} ${node}`);
  if (!component) return SWITCHES[source];
  const { state, detail } = component;
  return detail ? `Nothing has come yet; ${component.component} is ${state}: ${detail}` : `Nothing has come yet; ${component.component} is ${state}.`;
}
