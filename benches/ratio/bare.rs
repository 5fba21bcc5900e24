//! A bare actix-web server: what the machine can do with the same bytes and nothing else.

use std::net::SocketAddr;
use std::sync::mpsc;

use actix_web::dev::{ServiceRequest, fn_service};
use actix_web::http::Method;
use actix_web::{App, Error, HttpResponse, HttpServer, web};

/// Serves `body` at every address, where something is sent after taking it: it is sent what the server that is measured is
/// sent, so that the generator's work and the bytes of both are the same.
pub(crate) fn serve(body: &[u8]) -> SocketAddr {
    let body = web::Bytes::copy_from_slice(body);
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let server = HttpServer::new(move || {
                let body = body.clone();
                App::new().default_service(fn_service(move |mut request: ServiceRequest| {
                    let body = body.clone();
                    async move {
                        if *request.method() != Method::GET {
                            let taken = request.extract::<web::Bytes>().await?;
                            assert!(!taken.is_empty());
                        }
                        let answer = HttpResponse::Ok().content_type("application/json").body(body);
                        Ok::<_, Error>(request.into_response(answer))
                    }
                }))
            })
            .workers(2)
            .disable_signals()
            .bind(("127.0.0.1", 0))
            .unwrap();
            tell.send(server.addrs()[0]).unwrap();
            server.run().await.unwrap();
        });
    });
    told.recv().unwrap()
}
