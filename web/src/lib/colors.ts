import { OTHERS } from './series';

/** How many colours `--chart-1` … there are in app.css, besides `--chart-others`. */
export const CHART_COLORS = 7;

/**
 * Gives each drawn command one of the chart colours. A command keeps its colour for as long as
 * it is drawn, whatever its rank, so that a line never changes its meaning while one looks at it.
 */
export class ColorSlots {
  #slots = new Map<string, number>();

  /** Custom properties by command. */
  assign(commands: readonly string[]): Map<string, string> {
    for (const command of this.#slots.keys()) {
      if (!commands.includes(command)) this.#slots.delete(command);
    }
    const used = new Set(this.#slots.values());
    for (const command of commands) {
      if (command === OTHERS || this.#slots.has(command)) continue;
      let slot = 1;
      while (used.has(slot)) slot += 1;
      used.add(slot);
      this.#slots.set(command, slot);
    }
    return new Map(
      commands.map((command) => [command, command === OTHERS ? '--chart-others' : `--chart-${this.#slots.get(command)}`]),
    );
  }
}
