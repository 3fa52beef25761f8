//! The built site over HTTP/2, as static hosts serve it to browsers: a connection carries every
//! file at once. The certificate is the server's own, made for the run.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread;

use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

use crate::site;

/// Serves the site until the tests end; says where.
pub(crate) fn serve() -> String {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build();
    let runtime = runtime.expect("a runtime");
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a free port");
    let address = listener.local_addr().expect("an address");
    let acceptor = acceptor(address);
    // Not while the browser waits for it.
    site::pack();
    thread::spawn(move || runtime.block_on(accept(listener, acceptor)));
    format!("https://{address}/")
}

fn acceptor(address: SocketAddr) -> TlsAcceptor {
    let own = rcgen::generate_simple_self_signed([address.ip().to_string()]);
    let own = own.expect("a certificate");
    let key = own.signing_key.serialize_der().try_into().expect("a key");
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![own.cert.der().clone()], key);
    let mut config = config.expect("the key is the certificate's");
    config.alpn_protocols = vec![b"h2".to_vec()];
    TlsAcceptor::from(Arc::new(config))
}

async fn accept(listener: TcpListener, acceptor: TlsAcceptor) {
    // A browser that goes away or says nothing is no failure of the server.
    while let Ok((stream, _)) = listener.accept().await {
        let acceptor = acceptor.clone();
        tokio::spawn(async move {
            let Ok(stream) = acceptor.accept(stream).await else { return };
            let connection = http2::Builder::new(TokioExecutor::new());
            let _ = connection.serve_connection(TokioIo::new(stream), service_fn(answer)).await;
        });
    }
}

async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let response = match site::file(request.uri().path()) {
        Some(file) => Response::builder()
            .header(CONTENT_TYPE, file.kind)
            .header(CONTENT_ENCODING, "br")
            .body(file.packed().into()),
        None => Response::builder().status(StatusCode::NOT_FOUND).body(Full::default()),
    };
    Ok(response.expect("a response"))
}
