//! The calls, as they are made on the connection's own thread.

use std::time::{Duration, Instant};

use crate::remote::{Remote, garbage};
use crate::schema::common_capnp::block_ref;
use crate::schema::mining_capnp::per_transaction;
use crate::{BlockRef, BlockTemplate, IpcError};

/// Who calls, to the node: what `rpcwhitelist=` names, and its log.
const RPC_USER: &str = "peer-observer";

/// What is echoed.
const ECHO: &str = "peer-observer";

/// A node of version 30 may not survive a client that goes away while it waits
/// (bitcoin/bitcoin#34250), so that it is asked again and again instead.
const POLL_CORE_30: Duration = Duration::from_millis(100);

impl Remote {
    /// `None` while the node has no block, not even the first.
    pub(crate) async fn tip(&self) -> Result<Option<BlockRef>, IpcError> {
        const METHOD: &str = "Mining.getTip";
        let mining = self.mining().await?;
        let thread = self.thread().await?;
        let mut request = mining.client.get_tip_request();
        thread.run(request.get().init_context());
        let reply = self.send(METHOD, 30, request).await?;
        let read = || {
            let reply = reply.get()?;
            match reply.get_has_result() {
                true => read_block(reply.get_result()?).map(Some),
                false => Ok(None),
            }
        };
        read().map_err(|error| garbage(METHOD, &error))
    }

    pub(crate) async fn wait_tip_changed(
        &self,
        current: [u8; 32],
        timeout: Duration,
    ) -> Result<BlockRef, IpcError> {
        if self.mining().await?.is_of_core_30 {
            return self.poll_tip(current, timeout).await;
        }
        self.waiting.set(self.waiting.get() + 1);
        let outcome = self.wait_in_node(current, timeout).await;
        self.waiting.set(self.waiting.get() - 1);
        outcome
    }

    async fn wait_in_node(
        &self,
        current: [u8; 32],
        timeout: Duration,
    ) -> Result<BlockRef, IpcError> {
        const METHOD: &str = "Mining.waitTipChanged";
        let mining = self.mining().await?;
        let thread = self.thread().await?;
        let mut request = mining.client.wait_tip_changed_request();
        let mut params = request.get();
        thread.run(params.reborrow().init_context());
        params.set_current_tip(&current);
        params.set_timeout(timeout.as_secs_f64() * 1000.0);
        let reply = self.send(METHOD, 30, request).await?;
        let reply = reply.get().map_err(|error| garbage(METHOD, &error))?;
        if !reply.has_result() {
            return Err(self.stopping());
        }
        let tip = reply.get_result().and_then(read_block);
        tip.map_err(|error| garbage(METHOD, &error))
    }

    async fn poll_tip(&self, current: [u8; 32], timeout: Duration) -> Result<BlockRef, IpcError> {
        let began = Instant::now();
        loop {
            let tip = self.tip().await?.ok_or(IpcError::Stopping)?;
            if tip.hash != current || began.elapsed() >= timeout {
                return Ok(tip);
            }
            tokio::time::sleep(POLL_CORE_30).await;
        }
    }

    pub(crate) async fn is_initial_block_download(&self) -> Result<bool, IpcError> {
        const METHOD: &str = "Mining.isInitialBlockDownload";
        let mining = self.mining().await?;
        let thread = self.thread().await?;
        let mut request = mining.client.is_initial_block_download_request();
        thread.run(request.get().init_context());
        let reply = self.send(METHOD, 30, request).await?;
        let answer = reply.get().map(|reply| reply.get_result());
        answer.map_err(|error| garbage(METHOD, &error))
    }

    /// How long the node takes to answer.
    pub(crate) async fn measure_echo(&self) -> Result<Duration, IpcError> {
        const METHOD: &str = "Echo.echo";
        let echo = self.echo().await?;
        let thread = self.thread().await?;
        let mut request = echo.echo_request();
        let mut params = request.get();
        thread.run(params.reborrow().init_context());
        params.set_echo(ECHO);
        let began = Instant::now();
        let reply = self.send(METHOD, 30, request).await?;
        let round_trip = began.elapsed();
        let echoed = reply.get().and_then(|reply| reply.get_result());
        match echoed.map_err(|error| garbage(METHOD, &error))?.as_bytes() == ECHO.as_bytes() {
            true => Ok(round_trip),
            false => Err(IpcError::Garbage {
                method: METHOD,
                reason: "it is not what was sent".to_owned(),
            }),
        }
    }

    pub(crate) async fn block_template(&self) -> Result<BlockTemplate, IpcError> {
        const METHOD: &str = "Mining.createNewBlock";
        let mining = self.mining().await?;
        if mining.is_of_core_30 {
            return Err(IpcError::Lacks {
                method: METHOD,
                since: 31,
            });
        }
        let thread = self.thread().await?;
        let mut request = mining.client.create_new_block_request();
        let mut params = request.get();
        thread.run(params.reborrow().init_context());
        params.reborrow().init_options();
        params.set_cooldown(false);
        let began = Instant::now();
        let reply = self.send(METHOD, 30, request).await?;
        let duration = began.elapsed();
        let reply = reply.get().map_err(|error| garbage(METHOD, &error))?;
        if !reply.has_result() {
            return Err(self.stopping());
        }
        let template = reply
            .get_result()
            .map_err(|error| garbage(METHOD, &error))?;

        // The node lets go of the template when we let go of the object.
        let mut request = template.get_tx_fees_request();
        thread.run(request.get().init_context());
        let reply = self.send("BlockTemplate.getTxFees", 30, request).await?;
        let fees_sat = read_numbers(reply.get());
        let mut request = template.get_tx_sigops_request();
        thread.run(request.get().init_context());
        let reply = self.send("BlockTemplate.getTxSigops", 30, request).await?;
        let sigops_cost = read_numbers(reply.get());
        let mut request = template.get_block_request();
        thread.run(request.get().init_context());
        let reply = self.send("BlockTemplate.getBlock", 30, request).await?;
        let block = reply.get().and_then(|reply| reply.get_result());
        Ok(BlockTemplate {
            block: block.map_err(|error| garbage(METHOD, &error))?.to_vec(),
            fees_sat: fees_sat.map_err(|error| garbage(METHOD, &error))?,
            sigops_cost: sigops_cost.map_err(|error| garbage(METHOD, &error))?,
            duration,
        })
    }

    pub(crate) async fn execute_rpc(
        &self,
        json: &str,
        limit_bytes: usize,
    ) -> Result<String, IpcError> {
        const METHOD: &str = "Rpc.executeRpc";
        let rpc = self.rpc().await?;
        let thread = self.thread().await?;
        let mut request = rpc.execute_rpc_request();
        let mut params = request.get();
        thread.run(params.reborrow().init_context());
        params.set_request(json);
        params.set_uri("/");
        params.set_user(RPC_USER);
        let reply = self.send(METHOD, 32, request).await?;
        let text = reply.get().and_then(|reply| reply.get_result());
        let text = text.map_err(|error| garbage(METHOD, &error))?;
        if text.len() > limit_bytes {
            return Err(IpcError::TooLarge {
                method: METHOD,
                limit_bytes,
            });
        }
        text.to_string().map_err(|_| IpcError::Garbage {
            method: METHOD,
            reason: "it is not UTF-8".to_owned(),
        })
    }
}

fn read_block(block: block_ref::Reader<'_>) -> capnp::Result<BlockRef> {
    let hash = block.get_hash()?.try_into().map_err(|_| {
        capnp::Error::failed(format!(
            "a block hash of {} bytes",
            block.get_hash().map_or(0, <[u8]>::len)
        ))
    })?;
    Ok(BlockRef {
        hash,
        height: block.get_height(),
    })
}

fn read_numbers(reply: capnp::Result<per_transaction::Reader<'_>>) -> capnp::Result<Vec<i64>> {
    Ok(reply?.get_result()?.iter().collect())
}
