//! Areas, services and providers: read by the people of IT, written by the administrator.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, get, post, put};
use wire::{ChangeView, Page, RecordQuery};

use super::people::{ChangesQuery, HISTORIANS, READERS, WRITERS};
use super::{OnceHeader, Problems, once};
use crate::app::{App, Entity};
use crate::auth::{Signed, require};
use crate::error::Failure;
use crate::http::{Answer, Body, Caller, IfMatch, Parsed, read_query};

/// Órganos and unidades orgánicas.
pub mod areas {
    use super::*;
    use domain::AreaId;
    use wire::{AreaRequest, AreaView};

    /// List areas.
    ///
    /// By name.
    #[utoipa::path(
        tag = "records",
        params(RecordQuery),
        responses((status = OK, description = "A page.", body = Page<AreaView>), Problems),
        security(("token" = []))
    )]
    #[get("/areas")]
    pub async fn list_areas(app: Data<App>, caller: Signed, request: HttpRequest) -> Result<Answer, Failure> {
        require(&caller, READERS)?;
        let query = read_query(&request)?;
        app.run(move |app| app.list_areas(query)).await
    }

    /// Add an area.
    ///
    /// Areas form a tree. Who is set as `head` has the role `area_head` for it and for those under it.
    #[utoipa::path(
        tag = "records",
        params(OnceHeader),
        request_body = AreaRequest,
        responses((status = CREATED, description = "The record.", body = AreaView), Problems),
        security(("token" = []))
    )]
    #[post("/areas")]
    pub async fn create_area(app: Data<App>, caller: Signed, headers: Caller, body: Body) -> Result<Answer, Failure> {
        require(&caller, WRITERS)?;
        let once = once(&caller, &headers, "POST /areas".into(), &body.0);
        let request = body.parse()?;
        app.run(move |app| app.create_area(&caller, request, once)).await
    }

    /// Read an area.
    ///
    /// Also one that has ended.
    #[utoipa::path(
        tag = "records",
        params(("id" = i64, Path, description = "The record.")),
        responses((status = OK, description = "The record.", body = AreaView), Problems),
        security(("token" = []))
    )]
    #[get("/areas/{id}")]
    pub async fn read_area(app: Data<App>, caller: Signed, id: Path<AreaId>) -> Result<Answer, Failure> {
        require(&caller, READERS)?;
        app.run(move |app| app.read_area(*id)).await
    }

    /// Write an area whole.
    ///
    /// What is left out is emptied. Nothing is deleted: an area ends by its `ended_on`.
    #[utoipa::path(
        tag = "records",
        params(("id" = i64, Path, description = "The record."), ("If-Match" = String, Header, description = "The ETag of the record as it was read.")),
        request_body = AreaRequest,
        responses((status = OK, description = "The record after it.", body = AreaView), Problems),
        security(("token" = []))
    )]
    #[put("/areas/{id}")]
    pub async fn update_area(
        app: Data<App>,
        caller: Signed,
        id: Path<AreaId>,
        expected: IfMatch,
        body: Parsed<AreaRequest>,
    ) -> Result<Answer, Failure> {
        require(&caller, WRITERS)?;
        app.run(move |app| app.update_area(&caller, *id, expected, body.0)).await
    }

    /// List the changes of an area.
    ///
    /// Who changed it, when, and the record before and after.
    #[utoipa::path(
        tag = "records",
        params(("id" = i64, Path, description = "The record."), ChangesQuery),
        responses((status = OK, description = "A page, in the order of versions.", body = Page<ChangeView>), Problems),
        security(("token" = []))
    )]
    #[get("/areas/{id}/history")]
    pub async fn list_area_changes(app: Data<App>, caller: Signed, id: Path<AreaId>, request: HttpRequest) -> Result<Answer, Failure> {
        require(&caller, HISTORIANS)?;
        let query: ChangesQuery = read_query(&request)?;
        app.run(move |app| app.list_changes(Entity::Area, id.get(), query.cursor.as_deref(), query.limit)).await
    }
}

/// The IT service catalogue.
pub mod services {
    use super::*;
    use domain::ServiceId;
    use wire::{ServiceRequest, ServiceView};

    /// List services.
    ///
    /// By name.
    #[utoipa::path(
        tag = "records",
        params(RecordQuery),
        responses((status = OK, description = "A page.", body = Page<ServiceView>), Problems),
        security(("token" = []))
    )]
    #[get("/services")]
    pub async fn list_services(app: Data<App>, caller: Signed, request: HttpRequest) -> Result<Answer, Failure> {
        require(&caller, READERS)?;
        let query = read_query(&request)?;
        app.run(move |app| app.list_services(query)).await
    }

    /// Add a service.
    ///
    /// Of the IT service catalogue; its name is its own.
    #[utoipa::path(
        tag = "records",
        params(OnceHeader),
        request_body = ServiceRequest,
        responses((status = CREATED, description = "The record.", body = ServiceView), Problems),
        security(("token" = []))
    )]
    #[post("/services")]
    pub async fn create_service(app: Data<App>, caller: Signed, headers: Caller, body: Body) -> Result<Answer, Failure> {
        require(&caller, WRITERS)?;
        let once = once(&caller, &headers, "POST /services".into(), &body.0);
        let request = body.parse()?;
        app.run(move |app| app.create_service(&caller, request, once)).await
    }

    /// Read a service.
    ///
    /// Also one that is disabled.
    #[utoipa::path(
        tag = "records",
        params(("id" = i64, Path, description = "The record.")),
        responses((status = OK, description = "The record.", body = ServiceView), Problems),
        security(("token" = []))
    )]
    #[get("/services/{id}")]
    pub async fn read_service(app: Data<App>, caller: Signed, id: Path<ServiceId>) -> Result<Answer, Failure> {
        require(&caller, READERS)?;
        app.run(move |app| app.read_service(*id)).await
    }

    /// Write a service whole.
    ///
    /// What is left out is emptied. Nothing is deleted: it is disabled by `is_active`.
    #[utoipa::path(
        tag = "records",
        params(("id" = i64, Path, description = "The record."), ("If-Match" = String, Header, description = "The ETag of the record as it was read.")),
        request_body = ServiceRequest,
        responses((status = OK, description = "The record after it.", body = ServiceView), Problems),
        security(("token" = []))
    )]
    #[put("/services/{id}")]
    pub async fn update_service(
        app: Data<App>,
        caller: Signed,
        id: Path<ServiceId>,
        expected: IfMatch,
        body: Parsed<ServiceRequest>,
    ) -> Result<Answer, Failure> {
        require(&caller, WRITERS)?;
        app.run(move |app| app.update_service(&caller, *id, expected, body.0)).await
    }

    /// List the changes of a service.
    ///
    /// Who changed it, when, and the record before and after.
    #[utoipa::path(
        tag = "records",
        params(("id" = i64, Path, description = "The record."), ChangesQuery),
        responses((status = OK, description = "A page, in the order of versions.", body = Page<ChangeView>), Problems),
        security(("token" = []))
    )]
    #[get("/services/{id}/history")]
    pub async fn list_service_changes(
        app: Data<App>,
        caller: Signed,
        id: Path<ServiceId>,
        request: HttpRequest,
    ) -> Result<Answer, Failure> {
        require(&caller, HISTORIANS)?;
        let query: ChangesQuery = read_query(&request)?;
        app.run(move |app| app.list_changes(Entity::Service, id.get(), query.cursor.as_deref(), query.limit)).await
    }
}

/// Providers of warranty, support and contracted services.
pub mod providers {
    use super::*;
    use domain::ProviderId;
    use wire::{ProviderRequest, ProviderView};

    /// List providers.
    ///
    /// By name.
    #[utoipa::path(
        tag = "records",
        params(RecordQuery),
        responses((status = OK, description = "A page.", body = Page<ProviderView>), Problems),
        security(("token" = []))
    )]
    #[get("/providers")]
    pub async fn list_providers(app: Data<App>, caller: Signed, request: HttpRequest) -> Result<Answer, Failure> {
        require(&caller, READERS)?;
        let query = read_query(&request)?;
        app.run(move |app| app.list_providers(query)).await
    }

    /// Add a provider.
    ///
    /// Of warranty, support or contracted services.
    #[utoipa::path(
        tag = "records",
        params(OnceHeader),
        request_body = ProviderRequest,
        responses((status = CREATED, description = "The record.", body = ProviderView), Problems),
        security(("token" = []))
    )]
    #[post("/providers")]
    pub async fn create_provider(app: Data<App>, caller: Signed, headers: Caller, body: Body) -> Result<Answer, Failure> {
        require(&caller, WRITERS)?;
        let once = once(&caller, &headers, "POST /providers".into(), &body.0);
        let request = body.parse()?;
        app.run(move |app| app.create_provider(&caller, request, once)).await
    }

    /// Read a provider.
    ///
    /// Also one that is disabled.
    #[utoipa::path(
        tag = "records",
        params(("id" = i64, Path, description = "The record.")),
        responses((status = OK, description = "The record.", body = ProviderView), Problems),
        security(("token" = []))
    )]
    #[get("/providers/{id}")]
    pub async fn read_provider(app: Data<App>, caller: Signed, id: Path<ProviderId>) -> Result<Answer, Failure> {
        require(&caller, READERS)?;
        app.run(move |app| app.read_provider(*id)).await
    }

    /// Write a provider whole.
    ///
    /// What is left out is emptied. Nothing is deleted: it is disabled by `is_active`.
    #[utoipa::path(
        tag = "records",
        params(("id" = i64, Path, description = "The record."), ("If-Match" = String, Header, description = "The ETag of the record as it was read.")),
        request_body = ProviderRequest,
        responses((status = OK, description = "The record after it.", body = ProviderView), Problems),
        security(("token" = []))
    )]
    #[put("/providers/{id}")]
    pub async fn update_provider(
        app: Data<App>,
        caller: Signed,
        id: Path<ProviderId>,
        expected: IfMatch,
        body: Parsed<ProviderRequest>,
    ) -> Result<Answer, Failure> {
        require(&caller, WRITERS)?;
        app.run(move |app| app.update_provider(&caller, *id, expected, body.0)).await
    }

    /// List the changes of a provider.
    ///
    /// Who changed it, when, and the record before and after.
    #[utoipa::path(
        tag = "records",
        params(("id" = i64, Path, description = "The record."), ChangesQuery),
        responses((status = OK, description = "A page, in the order of versions.", body = Page<ChangeView>), Problems),
        security(("token" = []))
    )]
    #[get("/providers/{id}/history")]
    pub async fn list_provider_changes(
        app: Data<App>,
        caller: Signed,
        id: Path<ProviderId>,
        request: HttpRequest,
    ) -> Result<Answer, Failure> {
        require(&caller, HISTORIANS)?;
        let query: ChangesQuery = read_query(&request)?;
        app.run(move |app| app.list_changes(Entity::Provider, id.get(), query.cursor.as_deref(), query.limit)).await
    }
}
