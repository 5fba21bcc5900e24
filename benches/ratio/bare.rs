//! A bare actix-web handler: what the machine can do with the same bytes and nothing else.

use std::net::SocketAddr;
use std::sync::mpsc;

use actix_web::web::Bytes;
use actix_web::{App, HttpResponse, HttpServer, web};

/// Serves `body` at `path`, which is that of the route that is measured; where something is sent, after taking it. It is sent
/// what the server that is measured is sent, so that the generator's work and the bytes of both are the same.
pub(crate) fn serve(path: &'static str, body: &[u8]) -> SocketAddr {
    let body = Bytes::copy_from_slice(body);
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let server = HttpServer::new(move || {
                let (to_get, to_send) = (body.clone(), body.clone());
                let answer =
                    |body: &Bytes| HttpResponse::Ok().content_type("application/json").body(body.clone());
                let get = move || std::future::ready(answer(&to_get));
                let send = move |taken: Bytes| {
                    assert!(!taken.is_empty());
                    std::future::ready(answer(&to_send))
                };
                App::new()
                    .service(web::resource(path).route(web::get().to(get)).default_service(web::to(send)))
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
