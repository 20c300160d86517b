import { store, stored } from './stored';

export type Theme = 'system' | 'light' | 'dark';

const KEY = 'theme';
const systemDark = matchMedia('(prefers-color-scheme: dark)');

function storedTheme(): Theme {
  const value = stored(KEY);
  return value === 'light' || value === 'dark' ? value : 'system';
}

/** The colour theme. `public/assets/theme.js` applies the stored one before the first paint. */
class ThemeChoice {
  #chosen = $state<Theme>(storedTheme());
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
    store(KEY, theme === 'system' ? undefined : theme);
    this.#chosen = theme;
  }
}

export const theme = new ThemeChoice();
