//! CSV files as they are sent: always saved, never shown.

use actix_web::http::header;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpResponse, HttpResponseBuilder};
use futures_util::{StreamExt, stream};

use crate::app::App;
use crate::app::csv_file::{CsvFile, Table};
use crate::error::Failure;

/// What stands before the file of that name.
pub fn head(name: &str) -> HttpResponseBuilder {
    let mut response = HttpResponse::Ok();
    response.insert_header((header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present"));
    response.insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")));
    response.insert_header((header::CACHE_CONTROL, "no-store"));
    response
}

/// A file that is written part by part, until there is nothing left.
///
/// # Errors
/// Of its first part, which is made before the answer begins. What fails later cuts the answer off.
pub async fn streamed<T: Table + Send + 'static>(app: Data<App>, file: CsvFile<T>, name: &str) -> Result<HttpResponse, Failure> {
    let Some((first, rest)) = app.run(move |app| file.part(app)).await? else { return Ok(HttpResponse::NoContent().finish()) };
    let rest = stream::try_unfold((app, rest), |(app, rest)| async move {
        let part = app.run(move |app| rest.part(app)).await?;
        Ok::<_, Failure>(part.map(|(bytes, rest)| (Bytes::from(bytes), (app, rest))))
    });
    Ok(head(name).streaming(stream::once(std::future::ready(Ok(Bytes::from(first)))).chain(rest)))
}
