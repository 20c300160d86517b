//! Tool: page, JSON API, websocket, metrics endpoint.
