//! Threads of the node on which our calls run: one runs one call at a time.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use crate::schema::proxy_capnp::{context, thread, thread_map};

/// More calls than these do not run at once. The node keeps a thread for each
/// of them until the connection ends.
pub(crate) const MOST_THREADS: usize = 16;

/// The node's threads that belong to this connection.
pub(crate) struct ServerThreads {
    node: thread_map::Client,
    idle: RefCell<Vec<thread::Client>>,
    lent: Cell<usize>,
}

/// Why there is no thread.
pub(crate) enum NoThread {
    /// All of them wait for the node.
    AllLent,
    /// The node did not make one.
    NotMade(capnp::Error),
}

impl ServerThreads {
    pub(crate) fn new(node: thread_map::Client) -> Rc<ServerThreads> {
        Rc::new(ServerThreads {
            node,
            idle: RefCell::default(),
            lent: Cell::new(0),
        })
    }

    /// A thread for one call after the other, until it is dropped. A caller
    /// that gives up keeps it until its call has been answered.
    pub(crate) async fn lend(self: &Rc<ServerThreads>) -> Result<ServerThread, NoThread> {
        if self.lent.get() >= MOST_THREADS {
            return Err(NoThread::AllLent);
        }
        self.lent.set(self.lent.get() + 1);
        let mut lent = ServerThread {
            thread: self.idle.borrow_mut().pop(),
            threads: Rc::clone(self),
        };
        if lent.thread.is_none() {
            let mut request = self.node.make_thread_request();
            request.get().set_name("peer-observer");
            let reply = request.send().promise.await.map_err(NoThread::NotMade)?;
            let made = reply.get().and_then(|reply| reply.get_result());
            lent.thread = Some(made.map_err(NoThread::NotMade)?);
        }
        Ok(lent)
    }
}

/// A thread that runs one call at a time.
pub(crate) struct ServerThread {
    thread: Option<thread::Client>,
    threads: Rc<ServerThreads>,
}

impl ServerThread {
    /// Makes the call run on this thread.
    pub(crate) fn run(&self, mut context: context::Builder<'_>) {
        if let Some(thread) = &self.thread {
            context.set_thread(thread.clone());
        }
    }
}

impl Drop for ServerThread {
    fn drop(&mut self) {
        self.threads.lent.set(self.threads.lent.get() - 1);
        self.threads.idle.borrow_mut().extend(self.thread.take());
    }
}
