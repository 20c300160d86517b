import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

/** Where `npm run dev` finds the API: a running peer-observer, or the mock (`npm run mock`). */
const backend = process.env['PEER_OBSERVER_URL'] ?? 'http://127.0.0.1:8480';

export default defineConfig({
  plugins: [svelte()],
  // The server embeds dist/ at compile time and sends ETags, so names need no hashes,
  // and a rebuilt page differs in the repository only where it really differs.
  build: {
    outDir: 'dist',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      output: {
        entryFileNames: 'assets/[name].js',
        chunkFileNames: 'assets/[name].js',
        assetFileNames: 'assets/[name][extname]',
      },
    },
  },
  server: {
    host: '127.0.0.1',
    // The server only answers to its own Host and Origin, so the proxy speaks in its name.
    proxy: {
      '/api': {
        target: backend,
        changeOrigin: true,
        ws: true,
        configure: (proxy) => {
          proxy.on('proxyReq', (request) => request.removeHeader('origin'));
          proxy.on('proxyReqWs', (request) => request.removeHeader('origin'));
        },
      },
    },
  },
  test: { include: ['src/**/*.test.ts'] },
});
