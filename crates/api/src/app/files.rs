//! Files: their bytes in a folder of the data directory by their SHA-256, their rows in the database.
//!
//! A file is uploaded first, and belongs to its uploader alone until a request, a note or an answer takes it along.

use std::sync::Arc;

use anyhow::Context;
use bytes::Bytes;
use domain::{FileId, Instant, Line};
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload};
use sha2::{Digest, Sha256};
use store::files::{FileRow, NewFile};
use wire::FileView;

use super::{App, Once, once};
use crate::auth::accounts::Account;
use crate::error::{Code, Failure};
use crate::http::Answer;

/// The most bytes of a file.
pub const MAX_FILE_BYTES: u64 = 25 * 1024 * 1024;

/// Where the bytes are.
#[derive(Clone)]
pub struct Files(Arc<dyn ObjectStore>);

impl Files {
    /// The folder `files` of the data directory.
    ///
    /// # Errors
    /// Where it cannot be made.
    pub fn open(data_dir: &std::path::Path) -> anyhow::Result<Files> {
        let folder = data_dir.join("files");
        std::fs::create_dir_all(&folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
        let local = LocalFileSystem::new_with_prefix(&folder).with_context(|| format!("cannot use the folder {}", folder.display()))?;
        Ok(Files(Arc::new(local.with_fsync(true))))
    }

    /// Keeps the bytes under their hash; the same bytes are kept once. Written again where they are there, so that their age tells of
    /// the last upload: [`Files::forget`] spares what is young.
    ///
    /// # Errors
    /// Unavailable, where the disk refuses.
    pub async fn put(&self, bytes: Bytes) -> Result<String, Failure> {
        let sha256 = hex(&Sha256::digest(&bytes));
        let path = path_of(&sha256);
        // Written beside its place, flushed, and renamed: half a file is never there.
        self.0.put(&path, PutPayload::from_bytes(bytes)).await.map_err(|error| Failure::Unavailable(format!("keeping a file: {error}")))?;
        Ok(sha256)
    }

    /// The bytes, as a stream.
    ///
    /// # Errors
    /// Internal, where the folder lacks what the database names.
    pub async fn get(&self, sha256: &str) -> Result<BoxStream<'static, Result<Bytes, std::io::Error>>, Failure> {
        let found = self.0.get(&path_of(sha256)).await.map_err(|error| Failure::Internal(format!("reading the file {sha256}: {error}")))?;
        Ok(found.into_stream().map(|chunk| chunk.map_err(std::io::Error::other)).boxed())
    }

    /// Deletes bytes that no row names any more, unless they were uploaded again after `before`: their row may be on its way.
    ///
    /// # Errors
    /// Unavailable, where the disk refuses.
    pub async fn forget(&self, sha256: &str, before: Instant) -> Result<(), Failure> {
        let path = path_of(sha256);
        match self.0.head(&path).await {
            Ok(known) if known.last_modified < before => {
                self.0.delete(&path).await.map_err(|error| Failure::Unavailable(format!("deleting the file {sha256}: {error}")))
            }
            Ok(_) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(Failure::Unavailable(format!("looking for the file {sha256}: {error}"))),
        }
    }

    /// Can the folder be written to?
    pub async fn is_writable(&self) -> bool {
        self.0.put(&Path::from("probe"), PutPayload::from_static(b"ready")).await.is_ok()
    }
}

impl App {
    /// Records an uploaded file, its bytes being kept already.
    ///
    /// # Errors
    /// As [`once::write_once`].
    pub fn record_file(&self, caller: &Account, name: Line, n_bytes: i64, sha256: String, once: Option<Once>) -> Result<Answer, Failure> {
        let now = self.now();
        let media_type = media_type(name.as_str());
        let file = NewFile { name: name.into(), media_type, n_bytes, sha256, uploaded_by: Some(caller.person), uploaded_at: now };
        once::write_once(&self.store, once, now, false, move |conn| {
            let id = store::files::insert(conn, &file)?;
            let NewFile { name, media_type, n_bytes, sha256, .. } = file;
            let view = FileView { id, name, media_type, n_bytes, sha256, uploaded_at: now };
            Ok(Answer::created(&view, format!("/api/v1/files/{id}")))
        })
    }

    /// The row of a file that the caller may read.
    ///
    /// # Errors
    /// Not found.
    pub fn find_file(&self, caller: &Account, id: FileId) -> Result<FileRow, Failure> {
        self.store.read(|conn| store::files::find(conn, &caller.actor, id)?.ok_or(Code::NotFound.into()))
    }
}

impl App {
    /// Forgets uploads that no ticket has taken since `before`: their rows, and then the bytes that no other row names. How many.
    ///
    /// # Errors
    /// The store's, or the disk's.
    pub async fn forget_uploads(&self, before: Instant) -> Result<usize, Failure> {
        let unbound = self.run(move |app| app.store.read(|conn| Ok(store::files::list_unbound(conn, before)?))).await?;
        let mut n = 0;
        for file in unbound {
            let (id, sha256) = (file.id, file.sha256.clone());
            let is_free = self
                .run(move |app| {
                    app.store.write(move |conn| {
                        let is_deleted = store::files::delete_unbound(conn, id)?;
                        Ok::<_, Failure>(is_deleted && !store::files::is_content_used(conn, &sha256)?)
                    })
                })
                .await?;
            n += 1;
            if is_free {
                self.files.forget(&file.sha256, before).await?;
            }
        }
        Ok(n)
    }
}

pub fn view(row: FileRow) -> FileView {
    FileView {
        id: row.id,
        name: row.name,
        media_type: row.media_type,
        n_bytes: row.n_bytes,
        sha256: row.sha256,
        uploaded_at: row.uploaded_at,
    }
}

/// The last part of whatever path a sender gave, on whatever system: `../x` and `C:\x` are files named «x».
pub fn plain_name(given: &str) -> Option<Line> {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.chars().filter(|c| !c.is_control()).collect();
    let clean = clean.trim().trim_start_matches('.');
    let n = clean.chars().count();
    // Too long a name keeps its end, where the extension is.
    let short: String = clean.chars().skip(n.saturating_sub(Line::MAX)).collect();
    Line::parse(&short).ok()
}

/// A guess by the name, for the reader's icon; the file is served as an attachment all the same.
pub(super) fn media_type(name: &str) -> String {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_lowercase()).unwrap_or_default();
    let known = match extension.as_str() {
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "heic" => "image/heic",
        "pdf" => "application/pdf",
        "txt" | "log" => "text/plain",
        "csv" => "text/csv",
        "doc" => "application/msword",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xls" => "application/vnd.ms-excel",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "pptx" => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "zip" => "application/zip",
        "eml" => "message/rfc822",
        "mp4" => "video/mp4",
        _ => "application/octet-stream",
    };
    known.to_owned()
}

fn path_of(sha256: &str) -> Path {
    Path::from(format!("{}/{}", &sha256[..2], &sha256[2..]))
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_never_a_path() {
        let name = |given: &str| plain_name(given).map(String::from);
        assert_eq!(name("../../etc/passwd").as_deref(), Some("passwd"));
        assert_eq!(name("C:\\Users\\ana\\foto.jpg").as_deref(), Some("foto.jpg"));
        assert_eq!(name("a\u{0}b\n.png").as_deref(), Some("ab.png"));
        assert_eq!(name(".."), None);
        assert_eq!(name(""), None);
        assert_eq!(name(".htaccess").as_deref(), Some("htaccess"));
        let long = name(&format!("{}.pdf", "x".repeat(300))).unwrap();
        assert!(long.ends_with(".pdf") && long.chars().count() == 200);
    }
}
