export type Theme = 'system' | 'light' | 'dark';

const KEY = 'theme';
const systemDark = matchMedia('(prefers-color-scheme: dark)');

function stored(): Theme {
  try {
    const value = localStorage.getItem(KEY);
    return value === 'light' || value === 'dark' ? value : 'system';
  } catch {
    return 'system';
  }
}

/** The colour theme. `public/assets/theme.js` applies the stored one before the first paint. */
class ThemeChoice {
  #chosen = $state<Theme>(stored());
  #systemDark = $state(systemDark.matches);

  constructor() {
    systemDark.addEventListener('change', (event) => (this.#systemDark = event.matches));
  }

  get chosen(): Theme {
    return this.#chosen;
  }

  /** What is on the screen; canvases are drawn anew when it changes. */
  get dark(): boolean {
    return this.#chosen === 'system' ? this.#systemDark : this.#chosen === 'dark';
  }

  choose(theme: Theme): void {
    const root = document.documentElement;
    if (theme === 'system') delete root.dataset['theme'];
    else root.dataset['theme'] = theme;
    try {
      if (theme === 'system') localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, theme);
    } catch {
      // Storage is forbidden: the choice holds until the page is left.
    }
    this.#chosen = theme;
  }
}

export const theme = new ThemeChoice();
