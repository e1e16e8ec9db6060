//! A body that nobody wants is not read for ever.
//!
//! Where a handler answers without reading a chunked body to its end, actix-http reads on and throws away what comes, without a limit and without
//! a time: the connection is the caller's for as long as they like. It closes instead while somebody still holds the payload when the answer has
//! been sent; so the answer holds it.

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use actix_web::HttpMessage;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::web::Bytes;
use futures_util::StreamExt;
use futures_util::stream::poll_fn;

/// The payload of a chunked request, read by its handler and held beside it.
pub struct Held(Rc<RefCell<Payload>>);

impl Held {
    /// None where the request says how long it is: there actix-http closes by itself.
    pub fn of(request: &mut ServiceRequest) -> Option<Held> {
        if !request.headers().contains_key(header::TRANSFER_ENCODING) {
            return None;
        }
        let payload = Rc::new(RefCell::new(request.take_payload()));
        let read = payload.clone();
        request.set_payload(Payload::Stream { payload: Box::pin(poll_fn(move |cx| read.borrow_mut().poll_next_unpin(cx))) });
        Some(Held(payload))
    }

    /// The same answer, which holds the payload until it has been sent.
    pub fn until_sent(self, response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
        response.map_body(|_, body| BoxBody::new(Holding { body, _payload: self.0 }))
    }
}

struct Holding {
    body: BoxBody,
    _payload: Rc<RefCell<Payload>>,
}

impl MessageBody for Holding {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(cx)
    }
}
