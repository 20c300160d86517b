const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 };

/**
 * Moves the focus between the elements with `data-row` inside of the element that this listens
 * on. At the table itself, an arrow goes to the first of them.
 */
export function moveBetweenRows(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  const step = STEPS[event.key];
  if (step === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-row]')];
  const place = rows.findIndex((row) => row === document.activeElement);
  const next = place < 0 ? rows.find((row) => isInView(row, event.currentTarget)) : rows[place + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

function isInView(row: HTMLElement, container: HTMLElement): boolean {
  return row.getBoundingClientRect().top >= container.getBoundingClientRect().top;
}
