//! Fetching from a running peer-observer.

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use http_body_util::{BodyExt, Empty, Limited};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;

const LARGEST: usize = 64 << 20;

/// The body of a GET that was answered with 200.
pub async fn get(url: &str) -> Result<String> {
    let client = Client::builder(TokioExecutor::new()).build_http::<Empty<Bytes>>();
    let reply = client
        .get(
            url.parse()
                .with_context(|| format!("{url} is no address"))?,
        )
        .await
        .with_context(|| format!("cannot fetch {url}"))?;
    let status = reply.status();
    let body = Limited::new(reply.into_body(), LARGEST).collect().await;
    let body = body
        .map_err(anyhow::Error::from_boxed)
        .with_context(|| format!("reading {url}"))?;
    let text = String::from_utf8_lossy(&body.to_bytes()).into_owned();
    ensure!(
        status.is_success(),
        "{url} answers {status}: {}",
        text.chars().take(200).collect::<String>()
    );
    Ok(text)
}

/// The sum of the samples of a metrics text whose lines begin like this.
pub fn sum(metrics: &str, prefix: &str) -> u64 {
    let samples = metrics.lines().filter(|line| line.starts_with(prefix));
    let values = samples.filter_map(|line| line.rsplit_once(' ')?.1.parse::<f64>().ok());
    values.sum::<f64>() as u64
}
