import { courseOf, extended, NO_COURSE, type Course } from './course';
import { ReplyWatch } from './reply-watch.svelte';
import { nodesReply, type HistoryRow, type NodesReply, type Vitals } from './vitals';

/** After so long without a snapshot the server knows more than we do. */
const HOLE_SECONDS = 3;

/** What the charts of all nodes show: asked for once, then extended by what snapshots say. */
export class HistoryWatch {
  courses = $state.raw<ReadonlyMap<string, Course>>(new Map());

  #watch = new ReplyWatch('/api/v1/history', (value) => nodesReply<HistoryRow>(value));
  #loaded: NodesReply<HistoryRow> | undefined;
  #taken = -Infinity;
  #incomplete = true;

  get error(): string {
    return this.#watch.error;
  }

  /** Takes over what the snapshot of that time says. */
  take(time: number, vitals: readonly Vitals[]): void {
    // The bus may also have begun anew.
    if (time - this.#taken > HOLE_SECONDS || time < this.#taken) this.#incomplete = true;
    this.#taken = time;
    this.courses = new Map(vitals.map((now) => [now.node, extended(this.courses.get(now.node) ?? NO_COURSE, now)]));
    if (this.#incomplete) void this.#load();
  }

  async #load(): Promise<void> {
    await this.#watch.refresh();
    const { reply } = this.#watch;
    if (!reply || reply === this.#loaded) return;
    this.#loaded = reply;
    this.#incomplete = false;
    this.courses = new Map(reply.nodes.map((row) => [row.node, courseOf(row)]));
  }
}
