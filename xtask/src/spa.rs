//! The browser's app: from crates to the files that the server embeds, in `frontend/dist`.
//!
//! Code and styles get their content's hash in their names, so browsers may keep them for ever; everything
//! in `frontend/public` keeps its name. Each compressible file has its `.br` and `.gz` beside it.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use sha2::{Digest, Sha256};
use wasm_bindgen_cli_support::Bindgen;

use crate::process::{root, run, target_folder};
use crate::provide::{WASM_TARGET, WasmToolchain, wasm_toolchain};
use crate::steps::Steps;

/// What a first visit may load: code and styles together, compressed.
const BUDGET_BYTES: usize = 400 * 1024;

/// How many steps [`build`] takes.
pub const N_STEPS: usize = 3;

/// The app's files by their path below `dist`.
type Files = BTreeMap<String, Vec<u8>>;

/// `cargo xtask spa`
pub fn spa() -> Result<ExitCode> {
    build(&mut Steps::new(N_STEPS))?;
    Ok(ExitCode::SUCCESS)
}

/// Bring `frontend/dist` up to date.
pub fn build(steps: &mut Steps) -> Result<()> {
    let inputs = hash_of_inputs()?;
    let is_fresh = fs::read_to_string(stamp()).is_ok_and(|stamp| stamp == inputs) && dist().join("index.html").is_file();
    if is_fresh {
        for name in ["The WASM toolchain", "The app's code", "The app's files"] {
            steps.skip(name, "nothing has changed");
        }
        return Ok(());
    }
    let toolchain = steps.step("The WASM toolchain", wasm_toolchain)?;
    steps.step("The app's code", || compile(&toolchain))?;
    steps.step("The app's files", || publish(&compressed(assemble()?)?, &inputs))
}

fn dist() -> PathBuf {
    root().join("frontend/dist")
}

/// Keeps what the files in `dist` were made from; written last.
fn stamp() -> PathBuf {
    dist().join(".inputs")
}

fn hash_of_inputs() -> Result<String> {
    let mut hash = Sha256::new();
    for input in
        ["Cargo.lock", "Cargo.toml", "crates/client", "crates/domain", "crates/wire", "crates/words", "frontend", "xtask/src/spa.rs"]
    {
        for (path, content) in read_tree(&root().join(input), &dist())? {
            hash.update(format!("{input}/{path} {}\n", content.len()));
            hash.update(content);
        }
    }
    Ok(hex(&hash.finalize()))
}

/// The app is built twice: without the pages of the few, which a first visit loads, and whole, which whoever administers, audits or decides loads
/// in its place.
struct Bundle {
    /// Of its files.
    name: &'static str,
    features: &'static [&'static str],
}

const APP: Bundle = Bundle { name: "app", features: &["--no-default-features"] };
const WHOLE: Bundle = Bundle { name: "whole", features: &[] };

/// Of `frontend/public`, what the app needs to begin without the server.
const KEPT_AS_WELL: [&str; 2] = ["favicon.svg", "manifest.webmanifest"];

/// The paths whose pages are in the whole app alone; `frontend/src/pages/mod.rs` has them too.
const PATHS_OF_THE_WHOLE: &str = "admin|audit|evaluate|figures|setup|told";

impl Bundle {
    fn wasm(&self) -> Result<PathBuf> {
        Ok(target_folder()?.join(WASM_TARGET).join("bundles").join(format!("{}.wasm", self.name)))
    }
}

fn compile(toolchain: &WasmToolchain) -> Result<()> {
    for bundle in [&APP, &WHOLE] {
        let arguments = ["build", "-p", "frontend", "--lib", "--profile", "wasm", "--target", WASM_TARGET];
        run(toolchain.cargo().args(arguments).args(bundle.features))?;
        let built = target_folder()?.join(WASM_TARGET).join("wasm/frontend.wasm");
        let kept = bundle.wasm()?;
        fs::create_dir_all(kept.parent().expect("it is in a folder"))?;
        fs::copy(&built, &kept).with_context(|| format!("keep {}", kept.display()))?;
    }
    Ok(())
}

/// The module and its JavaScript: `app.js`, `app_bg.wasm`, and what snippets the crates bring.
fn bindings(bundle: &Bundle) -> Result<Files> {
    let folder = target_folder()?.join(WASM_TARGET).join("bindings").join(bundle.name);
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("empty {}", folder.display()))?;
    }
    let mut bindgen = Bindgen::new();
    bindgen.input_path(bundle.wasm()?).out_name(bundle.name).web(true)?;
    bindgen.typescript(false).omit_default_module_path(true).remove_name_section(true).remove_producers_section(true);
    bindgen.generate(&folder).context("generate the bindings")?;
    read_tree(&folder, &dist())
}

/// Everything that is served, before compression.
fn assemble() -> Result<Files> {
    let frontend = root().join("frontend");
    let mut assets = Assets::default();
    for (name, content) in read_tree(&frontend.join("script"), &dist())? {
        assets.add(&name, &name, content);
    }
    let [style, style_of_the_whole] = two_styles(read_tree(&frontend.join("style"), &dist())?)?;
    assets.add("style.css", "style.css", style);
    let style_of_the_whole = assets.add("whole.css", "whole.css", style_of_the_whole);
    let mut files = read_tree(&frontend.join("public"), &dist())?;
    let mut names = Vec::new();
    for bundle in [&APP, &WHOLE] {
        let mut bindings = bindings(bundle)?;
        let mut take = |name: String| {
            let content = bindings.remove(&name).with_context(|| format!("the bindings have no {name}"))?;
            Ok::<_, anyhow::Error>(assets.add(&name, &name, content))
        };
        names.push([take(format!("{}.js", bundle.name))?, take(format!("{}_bg.wasm", bundle.name))?]);
        files.extend(bindings);
    }
    assets.add("start.js", "start.js", start_script(&names[0], &names[1], &style_of_the_whole).into_bytes());

    let template = frontend.join("index.html");
    let template = fs::read_to_string(&template).with_context(|| format!("read {}", template.display()))?;
    let page = assets.fill(&template)?.into_bytes();
    let of_the_whole = |name: &String| name.starts_with(WHOLE.name);
    let kept: Vec<String> =
        assets.files.keys().filter(|name| !of_the_whole(name)).cloned().chain(KEPT_AS_WELL.map(str::to_owned)).collect();
    files.insert("sw.js".to_owned(), worker_script(&page, &kept).into_bytes());
    files.insert("index.html".to_owned(), page);
    files.extend(assets.files);
    Ok(files)
}

/// The styles, each beside the next, in the order in which a later one may say otherwise: what they have in common is compressed once.
const STYLES: [&str; 5] = ["tokens.css", "components.css", "app.css", "work.css", "ticket.css"];
/// And those of the pages that the whole app alone has, which come after them.
const STYLES_OF_THE_WHOLE: [&str; 3] = ["decide.css", "admin.css", "figures.css"];

fn two_styles(mut styles: Files) -> Result<[Vec<u8>; 2]> {
    let mut one = |names: &[&str]| {
        let parts = names.iter().map(|name| styles.remove(*name).with_context(|| format!("there is no {name}")));
        let whole = String::from_utf8(parts.collect::<Result<Vec<Vec<u8>>>>()?.concat()).context("a style is not UTF-8")?;
        Ok::<_, anyhow::Error>(without_comments(&whole).into_bytes())
    };
    let both = [one(&STYLES)?, one(&STYLES_OF_THE_WHOLE)?];
    ensure!(styles.is_empty(), "these styles have no place in the order: {}", styles.into_keys().collect::<Vec<_>>().join(", "));
    Ok(both)
}

/// What of a style is for who reads its source is not sent: comments, and the space around each line. No string of ours holds `/*`.
fn without_comments(style: &str) -> String {
    let mut pieces = style.split("/*");
    let mut rest = pieces.next().unwrap_or_default().to_owned();
    pieces.for_each(|piece| rest.push_str(piece.split_once("*/").map_or("", |(_, after)| after)));
    rest.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

/// A file of its own, since the content security policy forbids scripts within the page. The code and its module come at once.
/// A browser that ran the whole app once begins with it.
fn start_script([app, app_wasm]: &[String; 2], [whole, whole_wasm]: &[String; 2], whole_css: &str) -> String {
    format!(
        "let isWhole = /^\\/({PATHS_OF_THE_WHOLE})(\\/|$)/.test(location.pathname);\n\
         try {{ isWhole ||= localStorage.getItem('whole') === 'yes'; }} catch {{ /* A browser that keeps nothing. */ }}\n\
         if (isWhole) document.head.append(Object.assign(document.createElement('link'), {{ rel: 'stylesheet', href: '/{whole_css}' }}));\n\
         const [code, module] = isWhole ? ['./{whole}', './{whole_wasm}'] : ['./{app}', './{app_wasm}'];\n\
         const module_or_path = fetch(new URL(module, import.meta.url));\n\
         const {{ default: start }} = await import(code);\n\
         await start({{ module_or_path }});\n\
         try {{ await navigator.serviceWorker?.register('/sw.js'); }} catch {{ /* Without one the app needs the server to begin. */ }}\n"
    )
}

/// What stays in the browser, so that the app begins without the server: the page and all that a first visit loads. `sw.js` is another file whenever
/// one of them is, which is how a browser learns of a new app. The API is never kept.
fn worker_script(page: &[u8], kept: &[String]) -> String {
    let list = kept.iter().map(|name| format!("'/{name}'")).collect::<Vec<_>>().join(", ");
    format!(
        "const KEPT = 'app-{version}';\n\
         const FILES = ['/', {list}];\n\
         addEventListener('install', (event) => event.waitUntil(\n\
           caches.open(KEPT).then((kept) => kept.addAll(FILES)).then(() => skipWaiting())));\n\
         addEventListener('activate', (event) => event.waitUntil(\n\
           caches.keys().then((names) => Promise.all(names.filter((name) => name !== KEPT).map((name) => caches.delete(name))))\n\
             .then(() => clients.claim())));\n\
         addEventListener('fetch', (event) => {{\n\
           const {{ request }} = event;\n\
           const url = new URL(request.url);\n\
           if (request.method !== 'GET' || url.origin !== location.origin || url.pathname.startsWith('/api/')) return;\n\
           if (request.mode === 'navigate') {{\n\
             event.respondWith(fetch(request).catch(() => caches.match('/', {{ cacheName: KEPT, ignoreVary: true }})));\n\
           }} else if (FILES.includes(url.pathname)) {{\n\
             event.respondWith(caches.match(url.pathname, {{ cacheName: KEPT, ignoreVary: true }}).then((kept) => kept ?? fetch(request)));\n\
           }} else if (/-[0-9a-f]{{12}}\\.(js|wasm|css)$/.test(url.pathname)) {{\n\
             event.respondWith(caches.open(KEPT).then(async (kept) => {{\n\
               const before = await kept.match(url.pathname, {{ ignoreVary: true }});\n\
               if (before) return before;\n\
               const answer = await fetch(request);\n\
               if (answer.ok) await kept.put(url.pathname, answer.clone());\n\
               return answer;\n\
             }}));\n\
           }}\n\
         }});\n",
        version = &hex(&Sha256::digest(page))[..12],
    )
}

/// Files whose names carry their content's hash, and the names by which `index.html` asks for them.
#[derive(Default)]
struct Assets {
    files: Files,
    names: BTreeMap<String, String>,
}

impl Assets {
    /// Keep a file and return its name with the hash; `placeholder` is what `index.html` calls it.
    fn add(&mut self, placeholder: &str, name: &str, content: Vec<u8>) -> String {
        let (stem, extension) = name.rsplit_once('.').unwrap_or((name, "bin"));
        let hashed = format!("{stem}-{}.{extension}", &hex(&Sha256::digest(&content))[..12]);
        self.files.insert(hashed.clone(), content);
        self.names.insert(placeholder.to_owned(), hashed.clone());
        hashed
    }

    /// Replace each `{{name}}` by the name with the hash.
    fn fill(&self, template: &str) -> Result<String> {
        let mut pieces = template.split("{{");
        let mut filled = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            let (name, rest) = piece.split_once("}}").context("index.html has a {{ without its }}")?;
            let known = || self.names.keys().cloned().collect::<Vec<_>>().join(", ");
            filled.push_str(self.names.get(name).with_context(|| format!("index.html asks for {{{{{name}}}}}; there are {}", known()))?);
            filled.push_str(rest);
        }
        Ok(filled)
    }
}

/// The files with their compressed companions, when a first visit stays within the budget.
fn compressed(files: Files) -> Result<Files> {
    let mut all = Files::new();
    let mut first_load_bytes = 0;
    for (name, content) in files {
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        if matches!(extension, "css" | "html" | "ico" | "js" | "json" | "map" | "svg" | "txt" | "wasm" | "webmanifest" | "xml") {
            let (brotli, gzip) = (brotli(&content)?, gzip(&content)?);
            if matches!(extension, "css" | "js" | "wasm") {
                println!("      {:>7} bytes, {:>7} compressed: {name}", content.len(), brotli.len());
                first_load_bytes += if name.starts_with(WHOLE.name) { 0 } else { brotli.len() };
            }
            all.insert(format!("{name}.br"), brotli);
            all.insert(format!("{name}.gz"), gzip);
        }
        all.insert(name, content);
    }
    println!("      a first visit loads {:.1} KiB of at most {}", first_load_bytes as f64 / 1024.0, BUDGET_BYTES / 1024);
    ensure!(
        first_load_bytes < BUDGET_BYTES,
        "the app is too large: {first_load_bytes} bytes compressed, and at most {BUDGET_BYTES} are wanted"
    );
    Ok(all)
}

fn brotli(content: &[u8]) -> Result<Vec<u8>> {
    let parameters = brotli::enc::BrotliEncoderParams { quality: 11, size_hint: content.len(), ..Default::default() };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &*content, &mut compressed, &parameters)?;
    Ok(compressed)
}

fn gzip(content: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(content)?;
    Ok(encoder.finish()?)
}

/// Put the files in `dist` in place of what is there.
fn publish(files: &Files, inputs: &str) -> Result<()> {
    let dist = dist();
    fs::create_dir_all(&dist)?;
    for entry in fs::read_dir(&dist)? {
        let path = entry?.path();
        match path.file_name() {
            // The server is built again, since this is newer than it.
            Some(name) if name == ".gitkeep" => fs::write(&path, [])?,
            _ if path.is_dir() => fs::remove_dir_all(&path)?,
            _ => fs::remove_file(&path)?,
        }
    }
    for (name, content) in files {
        let path = dist.join(name);
        fs::create_dir_all(path.parent().expect("a file of dist is in a folder"))?;
        fs::write(&path, content).with_context(|| format!("write {}", path.display()))?;
    }
    fs::write(stamp(), inputs).context("write what the app was made from")
}

/// A file or all files of a folder, by their relative paths; nothing when there is nothing. Never what is in `left_out`.
fn read_tree(path: &Path, left_out: &Path) -> Result<Files> {
    let mut files = Files::new();
    if path.is_file() {
        files.insert(String::new(), fs::read(path).with_context(|| format!("read {}", path.display()))?);
    } else if path.is_dir() && path != left_out {
        for entry in fs::read_dir(path).with_context(|| format!("read {}", path.display()))? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            for (below, content) in read_tree(&entry.path(), left_out)? {
                let relative = if below.is_empty() { name.clone() } else { format!("{name}/{below}") };
                files.insert(relative, content);
            }
        }
    }
    Ok(files)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_names_its_assets_with_their_hashes() -> Result<()> {
        let mut assets = Assets::default();
        let name = assets.add("app.wasm", "app_bg.wasm", b"code".to_vec());
        assert_eq!(name, "app_bg-5694d08a2e53.wasm");
        assert_eq!(assets.fill("<a href=\"/{{app.wasm}}\">")?, "<a href=\"/app_bg-5694d08a2e53.wasm\">");
        assert_eq!(assets.fill("nothing to fill")?, "nothing to fill");
        assert_eq!(assets.files[&name], b"code");
        Ok(())
    }

    #[test]
    fn the_whole_app_is_loaded_by_whoever_goes_where_it_is_needed() {
        let names = |name: &str| [format!("{name}-1.js"), format!("{name}_bg-1.wasm")];
        let script = start_script(&names("app"), &names("whole"), "whole-1.css");
        assert!(
            script.starts_with("let isWhole = /^\\/(admin|audit|evaluate|figures|setup|told)(\\/|$)/.test(location.pathname);\n"),
            "{script}"
        );
        assert!(script.contains("rel: 'stylesheet', href: '/whole-1.css' }"), "{script}");
        assert!(script.contains("isWhole ? ['./whole-1.js', './whole_bg-1.wasm'] : ['./app-1.js', './app_bg-1.wasm']"), "{script}");
    }

    #[test]
    fn the_worker_is_another_file_where_the_page_is_another() {
        let kept = ["app-1.js".to_owned()];
        let script = worker_script(b"page", &kept);
        assert!(script.contains("const FILES = ['/', '/app-1.js'];\n"), "{script}");
        assert!(script.contains("/-[0-9a-f]{12}\\.(js|wasm|css)$/"), "{script}");
        assert_ne!(script, worker_script(b"another page", &kept));
    }

    #[test]
    fn a_style_is_sent_without_what_is_for_its_readers() {
        let style =
            "/* One. */\n.a { color: red; } /* Two,\n   still. */ .b { top: 0; }\n\n@media print {\n  .a { top: 1px; }\n}\n/* unended";
        assert_eq!(without_comments(style), ".a { color: red; }  .b { top: 0; }\n@media print {\n.a { top: 1px; }\n}");
    }

    #[test]
    fn the_styles_are_in_their_order_and_none_is_forgotten() {
        let all = STYLES.iter().chain(&STYLES_OF_THE_WHOLE).rev();
        let styles: Files = all.map(|name| ((*name).to_owned(), name.as_bytes().to_vec())).collect();
        let both = [STYLES.concat().into_bytes(), STYLES_OF_THE_WHOLE.concat().into_bytes()];
        assert_eq!(two_styles(styles.clone()).expect("each is there"), both);
        let another = styles.clone().into_iter().chain([("new.css".to_owned(), Vec::new())]).collect();
        assert!(two_styles(another).expect_err("it has no place").to_string().ends_with(": new.css"));
        assert!(two_styles(styles.into_iter().skip(1).collect()).is_err());
    }

    #[test]
    fn a_page_that_asks_for_what_is_not_there_is_refused() {
        let mut assets = Assets::default();
        assets.add("app.js", "app.js", Vec::new());
        let refused = assets.fill("{{other.js}}").expect_err("other.js is not there").to_string();
        assert_eq!(refused, "index.html asks for {{other.js}}; there are app.js");
        assert!(assets.fill("{{app.js").is_err());
    }

    #[test]
    fn another_content_has_another_name() {
        let mut assets = Assets::default();
        assert_ne!(assets.add("a.css", "a.css", vec![1]), assets.add("a.css", "a.css", vec![2]));
    }

    #[test]
    fn a_compressible_file_has_two_companions_and_a_picture_none() -> Result<()> {
        let files = Files::from([("a.css".to_owned(), vec![b'a'; 1000]), ("b.png".to_owned(), vec![0; 1000])]);
        let all = compressed(files)?;
        assert_eq!(all.keys().map(String::as_str).collect::<Vec<_>>(), ["a.css", "a.css.br", "a.css.gz", "b.png"]);
        assert!(all["a.css.br"].len() < 100 && all["a.css.gz"].len() < 100);
        Ok(())
    }

    #[test]
    fn an_app_above_its_budget_is_refused() {
        // Bytes that do not compress: a hash of a hash of a hash.
        let mut noise = Vec::new();
        let mut block = Sha256::digest(b"noise");
        while noise.len() < BUDGET_BYTES {
            noise.extend_from_slice(&block);
            block = Sha256::digest(block);
        }
        assert!(compressed(Files::from([("app.wasm".to_owned(), noise.clone())])).is_err());
        assert!(compressed(Files::from([("whole_bg.wasm".to_owned(), noise.clone())])).is_ok(), "nor is the administration");
        assert!(compressed(Files::from([("photo.png".to_owned(), noise)])).is_ok(), "pictures are not of the first load");
    }
}
