//! A mail that a mail server hands over, within limits of size, time and number.

use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::http::header;
use actix_web::web::{Bytes, BytesMut, Payload};
use futures_util::StreamExt;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::app::intake::{KEPT_OF_TOO_LARGE, MAX_MAIL_BYTES};
use crate::error::{Code, Failure};

/// How long a message may take to arrive.
const MAIL_SECONDS: u64 = 300;
/// Messages that are held in memory at once; more wait.
const N_MAILS: usize = 4;

static MAILS: Semaphore = Semaphore::const_new(N_MAILS);

/// The message, or the beginning of one that is too large.
#[derive(Debug)]
pub struct Message {
    pub bytes: Bytes,
    /// Of the whole, as far as is known.
    pub n_bytes: u64,
    /// Held for as long as the message is looked at.
    _place: SemaphorePermit<'static>,
}

impl Message {
    pub fn is_too_large(&self) -> bool {
        self.n_bytes > MAX_MAIL_BYTES
    }

    /// `size` is what its sender says of the whole, where it sends the beginning alone.
    ///
    /// # Errors
    /// `unsupported_media_type`, `request_timeout`, `bad_request` where the line is cut.
    pub async fn receive(request: &HttpRequest, payload: Payload, size: Option<u64>) -> Result<Message, Failure> {
        let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
        let media_type = header(header::CONTENT_TYPE).and_then(|value| value.split(';').next()).unwrap_or_default();
        if !media_type.trim().eq_ignore_ascii_case("message/rfc822") {
            return Err(Code::UnsupportedMediaType.into());
        }
        let told = size.max(header(header::CONTENT_LENGTH).and_then(|value| value.parse().ok())).unwrap_or(0);
        let place = MAILS.acquire().await.map_err(|_| Failure::Unavailable("the intake is closed".into()))?;
        let read = tokio::time::timeout(Duration::from_secs(MAIL_SECONDS), read(payload, told)).await;
        let (bytes, n_bytes) = read.map_err(|_| Failure::from(Code::RequestTimeout))??;
        Ok(Message { bytes, n_bytes, _place: place })
    }
}

async fn read(mut payload: Payload, told: u64) -> Result<(Bytes, u64), Failure> {
    let is_told_too_large = told > MAX_MAIL_BYTES;
    let limit = if is_told_too_large { KEPT_OF_TOO_LARGE as u64 } else { MAX_MAIL_BYTES };
    let mut bytes = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| Failure::from(Code::BadRequest))?;
        bytes.extend_from_slice(&chunk);
        if bytes.len() as u64 > limit {
            let n_bytes = told.max(bytes.len() as u64);
            bytes.truncate(KEPT_OF_TOO_LARGE);
            return Ok((bytes.freeze(), n_bytes));
        }
    }
    let n_bytes = if is_told_too_large { told } else { bytes.len() as u64 };
    Ok((bytes.freeze(), n_bytes))
}
