//! Messages are given to a mail server that behaves in every way, well and badly.
#![allow(clippy::unwrap_used, reason = "a test that fails says so by panicking")]

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use chrono::DateTime;
use mail::Mailbox;
use mail::outgoing::{Outgoing, compose};
use mail::transport::{Login, Security, SendError, Smtp, Transport};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

const PATIENCE: Duration = Duration::from_secs(5);

fn message() -> Outgoing {
    Outgoing {
        from: Mailbox::new(Some("Mesa de Ayuda"), "helpdesk@agencia.example"),
        to: Mailbox::new(Some("Ana Pérez"), "ana@agencia.example"),
        reply_to: None,
        subject: "[TI-7] Señal".into(),
        message_id: "ti-7-4-abc.1@agencia.example".into(),
        in_reply_to: None,
        references: Vec::new(),
        date: DateTime::from_timestamp(1_795_619_700, 0).unwrap(),
        text: "Hola.\n.\n..dos puntos\nFin".into(),
        html: String::new(),
        is_automatic: true,
    }
}

// The server.

/// How a server behaves.
#[derive(Clone, Default)]
struct Manners {
    /// What it answers to a command that begins so, instead of accepting it. The greeting is called `CONNECT`, and the end of the message `.`.
    answers: Vec<(&'static str, &'static str)>,
    /// At which command it hangs up.
    hangs_up_at: Option<&'static str>,
    /// How long it thinks before each answer.
    thinks: Duration,
    offers_starttls: bool,
    tls: Option<TlsAcceptor>,
    is_encrypted_at_once: bool,
}

#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<String>>>);

impl Seen {
    fn note(&self, line: impl Into<String>) {
        self.0.lock().unwrap().push(line.into());
    }

    fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }

    fn message(&self) -> Option<String> {
        self.lines().into_iter().find_map(|line| line.strip_prefix("MESSAGE ").map(str::to_owned))
    }
}

async fn server(manners: Manners) -> (SocketAddr, Seen) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let seen = Seen::default();
    let kept = seen.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (manners, seen) = (manners.clone(), seen.clone());
            tokio::spawn(async move { serve(stream, &manners, &seen).await });
        }
    });
    (address, kept)
}

async fn serve(mut stream: tokio::net::TcpStream, manners: &Manners, seen: &Seen) -> std::io::Result<()> {
    seen.note("CONNECTED");
    let tls = manners.tls.as_ref();
    if manners.is_encrypted_at_once {
        let mut stream = tls.expect("a server that encrypts has a certificate").accept(stream).await?;
        seen.note("ENCRYPTED");
        converse(&mut stream, manners, seen, true, true).await?;
        return Ok(());
    }
    if converse(&mut stream, manners, seen, false, true).await? {
        let mut stream = tls.expect("a server that encrypts has a certificate").accept(stream).await?;
        seen.note("ENCRYPTED");
        converse(&mut stream, manners, seen, true, false).await?;
    }
    Ok(())
}

/// Says whether the other side wants to go on encrypted.
async fn converse(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    manners: &Manners,
    seen: &Seen,
    is_encrypted: bool,
    greets: bool,
) -> std::io::Result<bool> {
    if greets && !answer(stream, manners, "CONNECT", "220 mx.agencia.example").await? {
        return Ok(false);
    }
    while let Some(line) = line(stream, b"\r\n").await? {
        seen.note(line.clone());
        let command = line.to_uppercase();
        let usual = match command.split([' ', ':']).next().unwrap_or_default() {
            "EHLO" if manners.offers_starttls && !is_encrypted => "250-mx.agencia.example\r\n250 STARTTLS",
            "EHLO" => "250-mx.agencia.example\r\n250 AUTH PLAIN LOGIN",
            "AUTH" => "235 2.7.0 pase",
            "DATA" => "354 diga",
            "QUIT" => "221 adiós",
            "STARTTLS" => "220 adelante",
            _ => "250 bien",
        };
        if !answer(stream, manners, &command, usual).await? {
            return Ok(false);
        }
        let is_refused = manners.answers.iter().any(|(start, _)| command.starts_with(start));
        match command.as_str() {
            "STARTTLS" => return Ok(true),
            "DATA" if !is_refused => {
                let text = line_until_dot(stream).await?;
                seen.note(format!("MESSAGE {text}"));
                if !answer(stream, manners, ".", "250 aceptado").await? {
                    return Ok(false);
                }
            }
            "QUIT" => return Ok(false),
            _ => {}
        }
    }
    Ok(false)
}

/// Says whether the conversation goes on.
async fn answer(stream: &mut (impl AsyncWrite + Unpin), manners: &Manners, command: &str, usual: &str) -> std::io::Result<bool> {
    tokio::time::sleep(manners.thinks).await;
    if manners.hangs_up_at.is_some_and(|start| command.starts_with(start)) {
        return Ok(false);
    }
    let reply = manners.answers.iter().find(|(start, _)| command.starts_with(start)).map_or(usual, |(_, reply)| reply);
    stream.write_all(format!("{reply}\r\n").as_bytes()).await?;
    stream.flush().await?;
    Ok(true)
}

async fn line(stream: &mut (impl AsyncRead + Unpin), end: &[u8]) -> std::io::Result<Option<String>> {
    let mut line = Vec::new();
    while !line.ends_with(end) {
        let mut byte = [0];
        if stream.read(&mut byte).await? == 0 {
            return Ok(None);
        }
        line.push(byte[0]);
    }
    line.truncate(line.len() - end.len());
    Ok(Some(String::from_utf8_lossy(&line).into_owned()))
}

/// The message, its doubled dots undone.
async fn line_until_dot(stream: &mut (impl AsyncRead + Unpin)) -> std::io::Result<String> {
    let mut message = String::new();
    while let Some(line) = line(stream, b"\r\n").await? {
        if line == "." {
            break;
        }
        message.push_str(line.strip_prefix('.').unwrap_or(&line));
        message.push_str("\r\n");
    }
    Ok(message)
}

// Its certificate, from an authority that nobody knows.

struct Authority {
    folder: tempfile::TempDir,
    acceptor: TlsAcceptor,
}

impl Authority {
    fn new(host: &str) -> Authority {
        let mut of_authority = CertificateParams::new(Vec::new()).unwrap();
        of_authority.distinguished_name.push(DnType::CommonName, "Autoridad de la agencia");
        of_authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority_key = KeyPair::generate().unwrap();
        let authority = of_authority.self_signed(&authority_key).unwrap();
        let key = KeyPair::generate().unwrap();
        let issuer = Issuer::new(of_authority, authority_key);
        let certificate = CertificateParams::new(vec![host.to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("ca.pem"), authority.pem()).unwrap();
        let private = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider())).with_safe_default_protocol_versions().unwrap();
        let config = config.with_no_client_auth().with_single_cert(vec![certificate.der().clone()], private).unwrap();
        Authority { folder, acceptor: TlsAcceptor::from(Arc::new(config)) }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }
}

// Sending.

fn smtp(address: SocketAddr) -> Smtp {
    Smtp { host: "localhost".into(), port: address.port(), security: Security::Plain, login: None, ca_file: None, timeout: PATIENCE }
}

async fn send_to(manners: Manners) -> (Result<(), SendError>, Seen) {
    let (address, seen) = server(manners).await;
    (Transport::Smtp(smtp(address)).send(&message()).await, seen)
}

fn login() -> Login {
    Login { user: "mesa".into(), password: "s3creta".into() }
}

#[tokio::test]
async fn a_message_that_is_accepted_arrives_as_it_was_composed() {
    let (sent, seen) = send_to(Manners::default()).await;

    sent.unwrap();
    let lines = seen.lines();
    assert!(lines.contains(&"EHLO agencia.example".to_owned()), "{lines:?}");
    assert!(lines.iter().any(|line| line.starts_with("MAIL FROM:<helpdesk@agencia.example>")), "{lines:?}");
    assert!(lines.contains(&"RCPT TO:<ana@agencia.example>".to_owned()), "{lines:?}");
    let composed = String::from_utf8(compose(&message()).unwrap()).unwrap();
    assert_eq!(seen.message().unwrap().trim_end(), composed.trim_end());
}

#[tokio::test]
async fn a_server_that_refuses_for_now_is_asked_again_and_one_that_refuses_for_good_is_not() {
    for command in ["MAIL", "RCPT", "DATA", "."] {
        for (reply, is_permanent) in
            [("451 4.3.0 más tarde", false), ("421 4.7.0 cerramos", false), ("550 5.1.1 no existe", true), ("552 5.2.2 lleno", true)]
        {
            let (sent, _) = send_to(Manners { answers: vec![(command, reply)], ..Manners::default() }).await;

            let error = sent.unwrap_err();
            assert_eq!(error.is_permanent(), is_permanent, "{command} {reply}: {error}");
            assert!(
                matches!(&error, SendError::Refused { code, .. } if reply.starts_with(&code.to_string())),
                "{command} {reply}: {error:?}"
            );
            assert!(error.to_string().contains(&reply[4..]), "{error}");
        }
    }
}

#[tokio::test]
async fn a_server_that_takes_nobodys_mail_may_take_it_another_day() {
    for (command, reply) in
        [("CONNECT", "554 no hay servicio"), ("CONNECT", "421 ocupado"), ("EHLO", "502 no"), ("EHLO", "nada que se entienda")]
    {
        let (sent, seen) = send_to(Manners { answers: vec![(command, reply)], ..Manners::default() }).await;

        let error = sent.unwrap_err();
        assert!(!error.is_permanent() && seen.message().is_none(), "{command} {reply}: {error:?}");
    }
}

#[tokio::test]
async fn a_connection_that_is_dropped_anywhere_is_tried_again() {
    for command in ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "."] {
        let (sent, _) = send_to(Manners { hangs_up_at: Some(command), ..Manners::default() }).await;

        let error = sent.unwrap_err();
        assert!(matches!(error, SendError::Unavailable { .. }) && !error.is_permanent(), "{command}: {error:?}");
    }
    // Once the message is taken, nothing that follows changes it.
    let refuses = Manners { answers: vec![("QUIT", "500 no")], ..Manners::default() };
    for manners in [Manners { hangs_up_at: Some("QUIT"), ..Manners::default() }, refuses] {
        let (sent, seen) = send_to(manners).await;
        sent.unwrap();
        assert!(seen.message().is_some());
    }
}

#[tokio::test]
async fn nobody_listens() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);

    let error = Transport::Smtp(smtp(address)).send(&message()).await.unwrap_err();

    assert!(matches!(error, SendError::Unavailable { .. }) && !error.is_permanent(), "{error:?}");
}

#[tokio::test]
async fn a_slow_server_is_waited_for_only_so_long() {
    // Each answer alone comes soon enough; all of them do not.
    for thinks in [Duration::from_millis(400), Duration::from_secs(60)] {
        let (address, seen) = server(Manners { thinks, ..Manners::default() }).await;
        let began = Instant::now();

        let error = Transport::Smtp(Smtp { timeout: Duration::from_secs(1), ..smtp(address) }).send(&message()).await.unwrap_err();

        assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
        assert!(matches!(error, SendError::TooSlow { .. } | SendError::Unavailable { .. }) && !error.is_permanent(), "{error:?}");
        assert!(seen.message().is_none());
    }
}

#[tokio::test]
async fn a_certificate_of_an_own_authority_is_believed_where_it_is_named() {
    let authority = Authority::new("localhost");
    let manners = Manners { tls: Some(authority.acceptor.clone()), is_encrypted_at_once: true, ..Manners::default() };
    let (address, seen) = server(manners).await;
    let encrypted = Smtp { security: Security::Tls, login: Some(login()), ca_file: Some(authority.file()), ..smtp(address) };

    Transport::Smtp(encrypted.clone()).send(&message()).await.unwrap();
    assert_eq!(seen.lines()[..2], ["CONNECTED", "ENCRYPTED"]);
    assert!(seen.lines().contains(&"AUTH PLAIN AG1lc2EAczNjcmV0YQ==".to_owned()), "{:?}", seen.lines());

    let other = Authority::new("localhost");
    for ca_file in [None, Some(other.file())] {
        let error = Transport::Smtp(Smtp { ca_file, ..encrypted.clone() }).send(&message()).await.unwrap_err();
        assert!(matches!(error, SendError::Unavailable { .. }) && !error.is_permanent(), "{error:?}");
    }
    assert_eq!(seen.lines().iter().filter(|line| line.starts_with("MESSAGE")).count(), 1);
}

#[tokio::test]
async fn a_certificate_for_another_host_is_not_believed() {
    let authority = Authority::new("mx.otra.example");
    let manners = Manners { tls: Some(authority.acceptor.clone()), is_encrypted_at_once: true, ..Manners::default() };
    let (address, seen) = server(manners).await;

    let encrypted = Smtp { security: Security::Tls, ca_file: Some(authority.file()), ..smtp(address) };
    let error = Transport::Smtp(encrypted).send(&message()).await.unwrap_err();

    assert!(matches!(error, SendError::Unavailable { .. }), "{error:?}");
    assert!(seen.message().is_none());
}

#[tokio::test]
async fn a_connection_that_begins_in_the_clear_says_nothing_before_it_is_encrypted() {
    let authority = Authority::new("localhost");
    let manners = Manners { tls: Some(authority.acceptor.clone()), offers_starttls: true, ..Manners::default() };
    let (address, seen) = server(manners.clone()).await;
    let started = |address| Smtp { security: Security::StartTls, login: Some(login()), ca_file: Some(authority.file()), ..smtp(address) };

    Transport::Smtp(started(address)).send(&message()).await.unwrap();
    let lines = seen.lines();
    let place = |start: &str| lines.iter().position(|line| line.starts_with(start)).unwrap();
    assert!(place("STARTTLS") < place("ENCRYPTED") && place("ENCRYPTED") < place("AUTH") && place("AUTH") < place("MAIL"), "{lines:?}");

    // A server that does not offer it, or refuses it, gets neither the password nor the message.
    for manners in [Manners::default(), Manners { answers: vec![("STARTTLS", "454 ahora no")], ..manners }] {
        let (address, seen) = server(manners).await;
        let error = Transport::Smtp(started(address)).send(&message()).await.unwrap_err();
        assert!(matches!(error, SendError::Unavailable { .. }), "{error:?}");
        assert!(!seen.lines().iter().any(|line| line.starts_with("AUTH") || line.starts_with("MAIL")), "{:?}", seen.lines());
    }
}

#[tokio::test]
async fn a_password_that_is_refused_is_the_administrators_matter() {
    let (address, seen) = server(Manners { answers: vec![("AUTH", "535 5.7.8 no")], ..Manners::default() }).await;

    let error = Transport::Smtp(Smtp { login: Some(login()), ..smtp(address) }).send(&message()).await.unwrap_err();

    assert!(!error.is_permanent() && !error.to_string().contains("s3creta"), "{error}");
    assert!(seen.message().is_none());
}

#[tokio::test]
async fn nothing_is_said_in_the_clear_to_another_machine() {
    let (address, seen) = server(Manners::default()).await;
    for login in [None, Some(login())] {
        let other = Smtp { host: "mx.agencia.example".into(), login, ..smtp(address) };

        let error = Transport::Smtp(other).send(&message()).await.unwrap_err();

        assert!(matches!(error, SendError::Unencrypted { .. }) && !error.is_permanent(), "{error:?}");
    }
    assert!(seen.lines().is_empty());
}

#[tokio::test]
async fn certificates_that_cannot_be_read_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let (address, _) = server(Manners::default()).await;
    fs::write(folder.path().join("text"), "no es un certificado").unwrap();
    for name in ["missing", "text"] {
        let encrypted = Smtp { security: Security::Tls, ca_file: Some(folder.path().join(name)), ..smtp(address) };

        let error = encrypted.check().unwrap_err();

        assert!(matches!(error, SendError::Certificates { .. }) && error.to_string().contains(name), "{error:?}");
    }
}

#[tokio::test]
async fn a_message_that_cannot_be_composed_reaches_nobody() {
    let (address, seen) = server(Manners::default()).await;
    let to = Mailbox { name: None, address: "ana@agencia.example>\r\nRCPT TO:<x@y.example".into() };

    let error = Transport::Smtp(smtp(address)).send(&Outgoing { to, ..message() }).await.unwrap_err();

    assert!(matches!(error, SendError::Compose(_)) && error.is_permanent(), "{error:?}");
    assert!(seen.lines().is_empty());
}
