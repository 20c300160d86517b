import { FIXED_COLUMNS, PEER_COLUMNS } from './peer-columns';
import { store, stored } from './stored';

const KEY = 'peer-columns';

/** Sets of columns by name. */
export const COLUMN_SETS: readonly { name: string; columns: readonly string[] }[] = [
  {
    name: 'Usual',
    columns: [
      'address', 'direction', 'type', 'network', 'user_agent', 'services', 'transport', 'age', 'min_ping', 'ping', 'received', 'sent',
      'bytes_received', 'bytes_sent', 'last', 'last_ago',
    ],
  },
  {
    name: 'As -netinfo 4',
    columns: [
      'direction', 'type', 'network', 'services', 'transport', 'min_ping', 'ping', 'send', 'recv', 'txn', 'blk', 'hb', 'addrp', 'addrl',
      'age', 'asmap', 'address', 'version', 'user_agent',
    ],
  },
  { name: 'All', columns: PEER_COLUMNS.map(({ id }) => id) },
];

/** Which columns the table of peers has. */
class ColumnChoice {
  #chosen = $state.raw<readonly string[]>(stored(KEY)?.split(' ') ?? COLUMN_SETS[0]!.columns);

  has(id: string): boolean {
    return FIXED_COLUMNS.includes(id) || this.#chosen.includes(id);
  }

  /** Shows or hides one. */
  set(id: string, shown: boolean): void {
    this.all = shown ? [...this.#chosen, id] : this.#chosen.filter((known) => known !== id);
  }

  set all(columns: readonly string[]) {
    this.#chosen = columns;
    store(KEY, columns.join(' '));
  }
}

export const columnChoice = new ColumnChoice();
