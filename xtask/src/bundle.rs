//! `cargo xtask bundle`: everything that a machine without Internet needs, in one file.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::process::{self, output, root, target_folder};
use crate::run;

/// What lies beside the program, from `docs/administrators/bundle`.
const BESIDE: [&str; 3] = ["install.sh", "atiende.service", "atiende.toml"];

/// Build the server as for the container image, and pack it.
pub fn bundle() -> Result<ExitCode> {
    let server = run::release()?;
    let folder = target_folder()?.join("bundle");
    let name = format!("atiende-{}-{}", env!("CARGO_PKG_VERSION"), std::env::consts::ARCH);
    let packed = pack(&server, &folder, &name)?;
    println!("{}", packed.display());
    Ok(ExitCode::SUCCESS)
}

/// A folder of that name with everything in it, and its archive. The same files make the same archive.
fn pack(server: &Path, folder: &Path, name: &str) -> Result<PathBuf> {
    let inside = folder.join(name);
    if inside.exists() {
        fs::remove_dir_all(&inside).with_context(|| format!("remove what an earlier bundle left in {}", inside.display()))?;
    }
    fs::create_dir_all(&inside).with_context(|| format!("make {}", inside.display()))?;
    copy(server, &inside.join("atiende"))?;
    for file in BESIDE {
        copy(&root().join("docs/administrators/bundle").join(file), &inside.join(file))?;
    }
    copy(&root().join("LICENSE"), &inside.join("LICENSE"))?;
    copy_folder(&root().join("docs"), &inside.join("docs"))?;
    fs::write(inside.join("SHA256SUMS"), sums(&inside)?).context("write the sums")?;

    let archive = folder.join(format!("{name}.tar.gz"));
    let mut tar = Command::new("tar");
    tar.args(["--sort=name", "--owner=0", "--group=0", "--numeric-owner", "--mtime=@0", "--use-compress-program=gzip --no-name", "-cf"]);
    process::run(tar.arg(&archive).arg("-C").arg(folder).arg(name))?;
    Ok(archive)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to).with_context(|| format!("copy {} to {}", from.display(), to.display())).map(|_| ())
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("make {}", to.display()))?;
    for entry in fs::read_dir(from).with_context(|| format!("read {}", from.display()))? {
        let entry = entry.context("read an entry of a folder")?;
        let to = to.join(entry.file_name());
        if entry.file_type().context("look at an entry of a folder")?.is_dir() {
            copy_folder(&entry.path(), &to)?;
        } else {
            copy(&entry.path(), &to)?;
        }
    }
    Ok(())
}

/// As `sha256sum` writes and checks them.
fn sums(folder: &Path) -> Result<String> {
    let listed = output(Command::new("find").args([".", "-type", "f"]).current_dir(folder))?;
    let mut files: Vec<&str> = listed.lines().collect();
    files.sort_unstable();
    let line = |file: &str| {
        let bytes = fs::read(folder.join(file)).with_context(|| format!("read {file}"))?;
        let sum: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(format!("{sum}  {file}\n"))
    };
    files.into_iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    /// A bundle whose program is a script, unpacked.
    fn unpacked(folder: &Path) -> PathBuf {
        let program = folder.join("program");
        fs::write(&program, "#!/bin/sh\necho atiende 0.1.0\n").unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        let archive = pack(&program, folder, "atiende-test").unwrap();
        let machine = folder.join("machine");
        fs::create_dir_all(&machine).unwrap();
        process::run(Command::new("tar").arg("-xzf").arg(archive).arg("-C").arg(&machine)).unwrap();
        machine.join("atiende-test")
    }

    fn install(bundle: &Path, into: &Path) -> bool {
        process::succeeds(Command::new(bundle.join("install.sh")).env("DESTDIR", into))
    }

    #[test]
    fn a_bundle_installs_and_updates_and_leaves_the_configuration_alone() {
        let folder = tempfile::tempdir().unwrap();
        let (bundle, into) = (unpacked(folder.path()), folder.path().join("root"));

        assert!(install(&bundle, &into));
        let configuration = into.join("etc/atiende/atiende.toml");
        fs::write(&configuration, "listen = \"127.0.0.1:9000\"\n").unwrap();
        assert!(install(&bundle, &into));

        assert_eq!(fs::read_to_string(&configuration).unwrap(), "listen = \"127.0.0.1:9000\"\n");
        for file in ["usr/local/bin/atiende", "etc/systemd/system/atiende.service", "usr/local/share/doc/atiende/administrators/install.md"]
        {
            assert!(into.join(file).is_file(), "{file}");
        }
        let mode = fs::metadata(into.join("var/lib/atiende")).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o750, "what people wrote is for nobody else");
    }

    #[test]
    fn a_damaged_bundle_installs_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let (bundle, into) = (unpacked(folder.path()), folder.path().join("root"));
        fs::write(bundle.join("atiende.service"), "[Service]\nExecStart=/bin/true\n").unwrap();

        assert!(!install(&bundle, &into));
        assert!(!into.exists());
    }
}
