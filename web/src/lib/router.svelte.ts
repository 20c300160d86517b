import { parseRoute, type Route } from './route';

/** The view that the address names, as it changes. */
class Router {
  #route = $state.raw<Route>(parseRoute(location.hash));

  constructor() {
    addEventListener('hashchange', () => (this.#route = parseRoute(location.hash)));
  }

  get route(): Route {
    return this.#route;
  }

  /** Changes the address without a new entry in the history: the view stays the same one. */
  replace(hash: string): void {
    history.replaceState(null, '', hash);
    this.#route = parseRoute(hash);
  }
}

export const router = new Router();
