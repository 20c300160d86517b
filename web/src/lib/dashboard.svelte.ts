import type { EventRequest } from './feed-filter';
import { appended, type Sample } from './history';
import { RateMeter, type Rates } from './rates';
import { isLocked, Stream, streamUrl, type Connection, type EventHandlers } from './stream';
import { secondsFromNs } from './time';
import type { Hop, NodeStatus, NodeTotals, Peer, Snapshot } from './types';
import type { Vitals } from './vitals';

/** Everything that the page shows at one moment. Never changed, only replaced. */
export interface View {
  snapshot: Snapshot;
  rates: Rates | undefined;
  history: readonly Sample[];
  /** Bus time, seconds since the epoch. */
  time: number;
}

/** What the page knows and what its user has chosen; components read it and draw. */
export class Dashboard {
  connection = $state.raw<Connection>({ state: 'connecting', again: false });
  /** What is shown; stands still while paused. */
  view = $state.raw<View>();
  paused = $state(false);
  /** The chosen node; `''` stands for all. */
  chosenNode = $state('');

  #stream = new Stream(streamUrl(location), {
    snapshot: (snapshot) => this.#take(snapshot),
    isLocked,
    connection: (connection) => {
      // Snapshots say `live` each second; only a change is worth an update of the page.
      if (connection.state !== 'live' || this.connection.state !== 'live') this.connection = connection;
    },
  });
  #latest: View | undefined;
  #meter = new RateMeter();

  readonly nodeNames = $derived(this.view?.snapshot.node.nodes.map(({ node }) => node) ?? []);
  /** A node that was chosen and is gone from the configuration counts as no choice. */
  readonly node = $derived(this.nodeNames.includes(this.chosenNode) ? this.chosenNode : '');
  readonly nodes: NodeStatus[] = $derived(this.view?.snapshot.node.nodes.filter((n) => this.#wanted(n)) ?? []);
  readonly totals: NodeTotals[] = $derived(this.view?.snapshot.totals.nodes.filter((n) => this.#wanted(n)) ?? []);
  readonly peers: Peer[] = $derived(this.view?.snapshot.peers.peers.filter((n) => this.#wanted(n)) ?? []);
  readonly vitals: Vitals[] = $derived(this.view?.snapshot.vitals?.nodes.filter((n) => this.#wanted(n)) ?? []);
  readonly processHops: Hop[] = $derived(this.view?.snapshot.totals.hops ?? []);
  /** What is shown is not what is: the stream is interrupted. */
  readonly stale = $derived(
    this.connection.state === 'stalled' || this.connection.state === 'interrupted' ||
      (this.connection.state === 'connecting' && this.connection.again),
  );

  /** Opens the stream; the answer closes it. */
  start(): () => void {
    const stream = this.#stream;
    const retryNow = () => {
      if (document.visibilityState === 'visible') stream.connect();
    };
    document.addEventListener('visibilitychange', retryNow);
    addEventListener('online', retryNow);
    stream.connect();
    return () => {
      document.removeEventListener('visibilitychange', retryNow);
      removeEventListener('online', retryNow);
      stream.close();
    };
  }

  /** Has the server send these events too; the answer ends it. */
  watch(request: EventRequest, handlers: EventHandlers): () => void {
    return this.#stream.watch(request, handlers);
  }

  /** Stops and resumes the display. Snapshots are taken in all the same, so the charts have no hole afterwards. */
  togglePause(): void {
    this.paused = !this.paused;
    if (!this.paused) this.view = this.#latest;
  }

  #take(snapshot: Snapshot): void {
    const before = this.#latest;
    const rates = this.#meter.next(snapshot);
    const history = before?.history ?? [];
    this.#latest = {
      snapshot,
      rates,
      history: rates && rates !== before?.rates ? appended(history, rates) : history,
      time: secondsFromNs(snapshot.totals.bus_time_ns),
    };
    if (!this.paused) this.view = this.#latest;
  }

  #wanted({ node }: { node: string }): boolean {
    return this.node === '' || node === this.node;
  }
}
