//! A node that has as much of the interface as a test wants.

use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};

use capnp::Error;
use capnp_rpc::rpc_twoparty_capnp::Side;
use capnp_rpc::{RpcSystem, new_client, twoparty};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::Notify;
use tokio::task::{LocalSet, spawn_local};
use tokio_util::compat::{TokioAsyncReadCompatExt, TokioAsyncWriteCompatExt};

use crate::schema::init_capnp::init;
use crate::schema::mining_capnp::mining;
use crate::schema::proxy_capnp::{thread, thread_map};

/// What it has, and how it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    Core30,
    Empty,
    Nonsense,
    Loading,
}

struct State {
    manner: Manner,
    height: AtomicI32,
    is_asked: AtomicBool,
    loaded: Notify,
}

/// A fake node. Ends with the test's process.
pub(super) struct FakeNode {
    directory: tempfile::TempDir,
    state: Arc<State>,
}

impl FakeNode {
    pub(super) fn start(manner: Manner) -> FakeNode {
        let node = FakeNode {
            directory: tempfile::tempdir().unwrap(),
            state: Arc::new(State {
                manner,
                height: AtomicI32::new(1),
                is_asked: AtomicBool::new(false),
                loaded: Notify::new(),
            }),
        };
        let listener = std::os::unix::net::UnixListener::bind(node.socket()).unwrap();
        listener.set_nonblocking(true).unwrap();
        let state = Arc::clone(&node.state);
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            LocalSet::new().block_on(&runtime, async move {
                let listener = UnixListener::from_std(listener).unwrap();
                while let Ok((stream, _)) = listener.accept().await {
                    serve(stream, Arc::clone(&state));
                }
            });
        });
        node
    }

    pub(super) fn socket(&self) -> PathBuf {
        self.directory.path().join("node.sock")
    }

    /// The hash of the block at this height consists of that byte.
    pub(super) fn set_height(&self, height: i32) {
        self.state.height.store(height, Ordering::Relaxed);
    }

    pub(super) fn is_asked_for_mining(&self) -> bool {
        self.state.is_asked.load(Ordering::Relaxed)
    }

    pub(super) fn finish_loading(&self) {
        self.state.loaded.notify_one();
    }
}

fn serve(stream: UnixStream, state: Arc<State>) {
    let (reader, writer) = stream.into_split();
    let network = twoparty::VatNetwork::new(
        reader.compat(),
        writer.compat_write(),
        Side::Server,
        capnp::message::ReaderOptions::new(),
    );
    let init: init::Client = new_client(Init(state));
    spawn_local(RpcSystem::new(Box::new(network), Some(init.client)));
}

struct Init(Arc<State>);

impl init::Server for Init {
    async fn construct(
        self: Rc<Self>,
        _: init::ConstructParams,
        mut results: init::ConstructResults,
    ) -> Result<(), Error> {
        results.get().set_thread_map(new_client(ThreadMap));
        Ok(())
    }

    async fn make_mining_of_core30(
        self: Rc<Self>,
        _: init::MakeMiningOfCore30Params,
        mut results: init::MakeMiningOfCore30Results,
    ) -> Result<(), Error> {
        if self.0.manner != Manner::Core30 {
            return Err(Error::unimplemented("no such method".to_owned()));
        }
        results
            .get()
            .set_result(new_client(Mining(Arc::clone(&self.0))));
        Ok(())
    }

    async fn make_mining(
        self: Rc<Self>,
        _: init::MakeMiningParams,
        mut results: init::MakeMiningResults,
    ) -> Result<(), Error> {
        self.0.is_asked.store(true, Ordering::Relaxed);
        match self.0.manner {
            Manner::Core30 | Manner::Empty => {
                return Err(Error::unimplemented("no such method".to_owned()));
            }
            Manner::Loading => self.0.loaded.notified().await,
            Manner::Nonsense => {}
        }
        results
            .get()
            .set_result(new_client(Mining(Arc::clone(&self.0))));
        Ok(())
    }
}

struct ThreadMap;

impl thread_map::Server for ThreadMap {
    async fn make_thread(
        self: Rc<Self>,
        _: thread_map::MakeThreadParams,
        mut results: thread_map::MakeThreadResults,
    ) -> Result<(), Error> {
        results.get().set_result(new_client(Thread));
        Ok(())
    }
}

struct Thread;

impl thread::Server for Thread {}

struct Mining(Arc<State>);

impl mining::Server for Mining {
    async fn get_tip(
        self: Rc<Self>,
        _: mining::GetTipParams,
        mut results: mining::GetTipResults,
    ) -> Result<(), Error> {
        let height = self.0.height.load(Ordering::Relaxed);
        let mut results = results.get();
        results.set_has_result(true);
        let mut tip = results.init_result();
        let length = if self.0.manner == Manner::Nonsense {
            31
        } else {
            32
        };
        tip.set_hash(&[height as u8; 32][..length]);
        tip.set_height(height);
        Ok(())
    }

    /// Core 30's would have other parameters.
    async fn wait_tip_changed(
        self: Rc<Self>,
        _: mining::WaitTipChangedParams,
        _: mining::WaitTipChangedResults,
    ) -> Result<(), Error> {
        assert_ne!(self.0.manner, Manner::Core30, "not to be called");
        Err(Error::failed("a\nlong\nstory ".repeat(1000)))
    }
}
