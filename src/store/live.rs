//! Live listeners: what is told to them happens after durability, never before.

use std::any::Any;
use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::broadcast;

use super::record::Topic;

/// Messages a slow listener may lag behind before it loses some and is told so.
const BACKLOG: usize = 256;

/// A message to listeners.
pub type Message = Arc<dyn Any + Send + Sync>;

/// Listeners by topic.
#[derive(Default)]
pub(crate) struct Live {
    topics: Mutex<HashMap<Topic, broadcast::Sender<Message>>>,
}

impl Live {
    pub(crate) fn listen(&self, topic: Topic) -> broadcast::Receiver<Message> {
        let mut topics = self.topics.lock();
        topics.retain(|_, sender| sender.receiver_count() > 0);
        topics.entry(topic).or_insert_with(|| broadcast::channel(BACKLOG).0).subscribe()
    }

    pub(crate) fn tell(&self, topic: Topic, message: Message) {
        if let Some(sender) = self.topics.lock().get(&topic) {
            // Nobody listening any more is fine.
            drop(sender.send(message));
        }
    }
}
