//! The files of the repository, found by walking its folders: no version control is needed.

use std::path::{Path, PathBuf};
use std::{fs, io};

/// Folders that hold what builds and runs leave behind.
const LEFT_BEHIND: &[&str] = &["target", "out"];

/// One text file.
pub(crate) struct TextFile {
    /// The path from the root of the repository, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
}

impl TextFile {
    pub(crate) fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    pub(crate) fn is_markdown(&self) -> bool {
        self.path.ends_with(".md")
    }

    /// Tables, lock files, manifests and settings: written for machines, lines as long as they must be.
    pub(crate) fn is_data(&self) -> bool {
        let endings = [".csv", ".json", ".lock", ".toml", ".svg", ".yml", ".yaml"];
        endings.iter().any(|ending| self.path.ends_with(ending))
    }
}

/// The folder of the root manifest.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All files that are text, in the order of their paths.
pub(crate) fn all() -> io::Result<Vec<TextFile>> {
    let mut found = Vec::new();
    walk(&root(), "", &mut found)?;
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

fn walk(folder: &Path, prefix: &str, found: &mut Vec<TextFile>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{prefix}{name}");
        let kind = entry.file_type()?;
        // In a second working tree, `.git` is a file.
        if name == ".git" || (kind.is_dir() && LEFT_BEHIND.contains(&&*name)) {
            continue;
        }
        if kind.is_dir() {
            walk(&entry.path(), &format!("{path}/"), found)?;
        } else if kind.is_file()
            && let Ok(text) = String::from_utf8(fs::read(entry.path())?)
        {
            found.push(TextFile { path, text });
        }
    }
    Ok(())
}
