//! A bare actix-web server: what the machine can do with the same bytes and nothing else.

use std::net::SocketAddr;
use std::sync::mpsc;

use actix_web::{App, HttpResponse, HttpServer, web};

/// Serves `body` at `/bare` to GET, and to POST after taking the request's body.
pub(crate) fn serve(body: &[u8]) -> SocketAddr {
    let body = web::Bytes::copy_from_slice(body);
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let server = HttpServer::new(move || {
                let (to_get, to_post) = (body.clone(), body.clone());
                App::new().service(
                    web::resource("/bare")
                        .route(web::get().to(move || {
                            let body = to_get.clone();
                            async move { HttpResponse::Ok().content_type("application/json").body(body) }
                        }))
                        .route(web::post().to(move |taken: web::Bytes| {
                            let body = to_post.clone();
                            async move {
                                assert!(!taken.is_empty());
                                HttpResponse::Ok().content_type("application/json").body(body)
                            }
                        })),
                )
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
