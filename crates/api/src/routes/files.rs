//! Files, up and down.

use std::time::Duration;

use actix_multipart::{Multipart, MultipartError};
use actix_web::http::header::{self, ContentDisposition, DispositionParam, DispositionType};
use actix_web::web::{Bytes, BytesMut, Data, Path};
use actix_web::{HttpResponse, get, post};
use domain::{FileId, Role};
use futures_util::StreamExt;
use wire::FileView;
use wire::command::Fault;

use super::{OnceHeader, Problems, once};
use crate::app::App;
use crate::app::files::{MAX_FILE_BYTES, plain_name};
use crate::app::queries::fault;
use crate::auth::{Signed, require};
use crate::error::{Code, Failure};
use crate::http::{Answer, Caller};

/// How long a file may take to arrive: 25 MB over a poor line.
const UPLOAD_SECONDS: u64 = 300;
/// Uploads that are held in memory at once; more wait.
const N_UPLOADS: usize = 8;

static UPLOADS: tokio::sync::Semaphore = tokio::sync::Semaphore::const_new(N_UPLOADS);

/// The form of an upload.
#[derive(utoipa::ToSchema)]
#[allow(dead_code)] // Read by utoipa alone.
pub struct FileForm {
    /// The file; at most 25 MB.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Who may bring a file to a ticket.
const UPLOADERS: &[Role] = &[Role::User, Role::AreaHead, Role::HelpDesk, Role::Support1, Role::Support2, Role::ItHead];

/// Upload a file.
///
/// It belongs to its uploader alone until a request, a note or an answer names it in `files`.
#[utoipa::path(
    tag = "files",
    params(OnceHeader),
    request_body(content = FileForm, content_type = "multipart/form-data"),
    responses((status = CREATED, description = "The file.", body = FileView), Problems),
    security(("token" = []))
)]
#[post("/files")]
pub async fn create_file(app: Data<App>, caller: Signed, headers: Caller, mut form: Multipart) -> Result<Answer, Failure> {
    require(&caller, UPLOADERS)?;
    let _place = UPLOADS.acquire().await.map_err(|_| Failure::Unavailable("uploads are closed".into()))?;
    let received = tokio::time::timeout(Duration::from_secs(UPLOAD_SECONDS), receive(&mut form)).await;
    let (name, bytes) = received.map_err(|_| Failure::from(Code::RequestTimeout))??;
    let name = plain_name(&name).ok_or_else(|| fault("file", Fault::Missing))?;
    let n_bytes = bytes.len() as i64;
    let sha256 = app.files.put(bytes).await?;
    let once = once(&caller, &headers, "POST /files".into(), format!("{sha256} {name}").as_bytes());
    app.run(move |app| app.record_file(&caller, name, n_bytes, sha256, once)).await
}

/// The one part, named `file`.
async fn receive(form: &mut Multipart) -> Result<(String, Bytes), Failure> {
    let mut received = None;
    while let Some(field) = form.next().await {
        let mut field = field.map_err(bad_form)?;
        if field.name() != Some("file") {
            return Err(fault(field.name().unwrap_or("form"), Fault::Unknown));
        }
        if received.is_some() {
            return Err(fault("file", Fault::TooMany { max: 1 }));
        }
        let name = field.content_disposition().and_then(|d| d.get_filename()).unwrap_or_default().to_owned();
        let mut bytes = BytesMut::new();
        while let Some(chunk) = field.next().await {
            let chunk = chunk.map_err(bad_form)?;
            if (bytes.len() + chunk.len()) as u64 > MAX_FILE_BYTES {
                return Err(Failure::PayloadTooLarge { max_bytes: MAX_FILE_BYTES });
            }
            bytes.extend_from_slice(&chunk);
        }
        received = Some((name, bytes.freeze()));
    }
    received.ok_or_else(|| fault("file", Fault::Missing))
}

fn bad_form(error: MultipartError) -> Failure {
    match error {
        MultipartError::ContentTypeMissing | MultipartError::ContentTypeIncompatible | MultipartError::ContentTypeParse => {
            Code::UnsupportedMediaType.into()
        }
        _ => Code::BadRequest.into(),
    }
}

/// Read a file.
///
/// As an attachment, whatever its type; to exactly those who see the note that it came with.
#[utoipa::path(
    tag = "files",
    params(("id" = i64, Path, description = "The file.")),
    responses((status = OK, description = "Its bytes.", content_type = "application/octet-stream", body = [u8]), Problems),
    security(("token" = []))
)]
#[get("/files/{id}")]
pub async fn read_file(app: Data<App>, caller: Signed, id: Path<FileId>) -> Result<HttpResponse, Failure> {
    let file = app.run(move |app| app.find_file(&caller, *id)).await?;
    let bytes = app.files.get(&file.sha256).await?;
    let disposition = ContentDisposition {
        disposition: DispositionType::Attachment,
        parameters: vec![DispositionParam::FilenameExt(header::ExtendedValue {
            charset: header::Charset::Ext("UTF-8".into()),
            language_tag: None,
            value: file.name.into_bytes(),
        })],
    };
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, file.media_type))
        .insert_header(disposition)
        .insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"))
        .insert_header((header::CACHE_CONTROL, "private, no-cache"))
        .no_chunking(file.n_bytes as u64)
        .streaming(bytes))
}
