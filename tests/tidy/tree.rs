//! The files a rule looks at: this repository's, or planted ones.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use crate::{facts::Facts, rule::Files};

/// Where the answer of `cargo metadata` stands among the files.
pub const METADATA: &str = "cargo-metadata.json";

/// What holds nothing of ours.
const SKIPPED: &[&str] = &[".git", "target"];

/// One text file.
pub struct File {
    /// From the root of the repository, with `/`.
    pub path: String,
    /// Its text.
    pub text: String,
    /// What its Rust says, or why it does not parse; `None` for other files.
    pub facts: Option<Result<Facts, String>>,
}

/// A repository, or a small stand-in for one.
pub struct Tree {
    files: Vec<File>,
}

impl Tree {
    /// This repository and what cargo says about its packages. Read once.
    pub fn of_this_repository() -> &'static Tree {
        static TREE: OnceLock<Tree> = OnceLock::new();
        TREE.get_or_init(|| {
            let mut files = BTreeMap::new();
            read(Path::new(env!("CARGO_MANIFEST_DIR")), Path::new(""), &mut files);
            files.insert(METADATA.to_owned(), metadata());
            Tree::new(files)
        })
    }

    /// A clean tree with some files replaced or added. An empty text removes the file.
    pub fn planted(clean: Files, faults: Files) -> Tree {
        let all =
            clean.iter().chain(faults).map(|&(path, text)| (path.to_owned(), text.to_owned()));
        let mut files: BTreeMap<String, String> = all.collect();
        files.retain(|_, text| !text.is_empty());
        Tree::new(files)
    }

    fn new(files: BTreeMap<String, String>) -> Tree {
        let file = |(path, text): (String, String)| {
            let facts = path.ends_with(".rs").then(|| Facts::read(&path, &text));
            File { path, text, facts }
        };
        Tree { files: files.into_iter().map(file).collect() }
    }

    /// Every text file.
    pub fn all(&self) -> impl Iterator<Item = &File> {
        self.files.iter()
    }

    /// The files below `folder` (which ends in `/`, or is empty for all) with this extension.
    pub fn under<'a>(
        &'a self,
        folder: &'a str,
        extension: &'a str,
    ) -> impl Iterator<Item = &'a File> {
        self.files
            .iter()
            .filter(move |it| it.path.starts_with(folder) && it.extension() == extension)
    }

    /// The Rust files below `folder` that parse. One that does not is an offence of the headline rule.
    pub fn rust<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = (&'a File, &'a Facts)> {
        self.under(folder, "rs").filter_map(|it| Some((it, it.facts.as_ref()?.as_ref().ok()?)))
    }

    /// One file.
    pub fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|it| it.path == path)
    }

    /// The names of the folders directly in `folder` (which ends in `/`), once each, in order.
    pub fn folders(&self, folder: &str) -> Vec<&str> {
        let inside =
            self.files.iter().filter_map(|it| it.path.strip_prefix(folder)?.split_once('/'));
        let mut names: Vec<&str> = inside.map(|(name, _)| name).collect();
        names.dedup();
        names
    }
}

impl File {
    /// The last part of the path.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// The name up to its last dot.
    pub fn stem(&self) -> &str {
        self.name().rsplit_once('.').map_or(self.name(), |(stem, _)| stem)
    }

    /// What follows the last dot of the name; empty for `Dockerfile` and `.editorconfig`.
    pub fn extension(&self) -> &str {
        self.name().rsplit_once('.').map_or("", |(stem, it)| if stem.is_empty() { "" } else { it })
    }
}

/// Reads every file that is text. Fonts and pictures are no business of ours.
fn read(root: &Path, inside: &Path, files: &mut BTreeMap<String, String>) {
    let entries = fs::read_dir(root.join(inside)).expect("the repository is readable");
    for entry in entries {
        let entry = entry.expect("the repository is readable");
        let path: PathBuf = inside.join(entry.file_name());
        let kind = entry.file_type().expect("the repository is readable");
        let name = path.to_str().expect("paths here are UTF-8").replace('\\', "/");
        // In a linked worktree `.git` is a file.
        if SKIPPED.contains(&name.as_str()) {
            continue;
        }
        if kind.is_dir() {
            read(root, &path, files);
        } else if kind.is_file()
            && let Ok(text) = fs::read_to_string(root.join(&path))
        {
            files.insert(name, text);
        }
    }
}

/// What cargo knows about the packages this host builds. Offline: a build has already fetched them.
fn metadata() -> String {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--locked", "--offline", "--all-features", "--format-version", "1"])
        .args(["--filter-platform", &host()])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "cargo metadata failed; `cargo fetch --locked` first?\n{complaint}"
    );
    String::from_utf8(output.stdout).expect("cargo answers in UTF-8")
}

fn host() -> String {
    let output = Command::new("rustc").arg("-vV").output().expect("rustc runs");
    let text = String::from_utf8(output.stdout).expect("rustc answers in UTF-8");
    let host = text.lines().find_map(|it| it.strip_prefix("host: "));
    host.expect("rustc names its host").to_owned()
}
