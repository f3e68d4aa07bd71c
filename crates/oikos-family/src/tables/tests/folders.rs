//! What lies in a folder of tables under the name of one.

use super::*;

/// A folder of sound tables that is removed with its test.
struct Folder(std::path::PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let name = format!("oikos-tables-{}-{name}", std::process::id());
        let folder = Self(std::env::temp_dir().join(name));
        std::fs::create_dir_all(&folder.0).unwrap();
        for (file, text) in [
            ("people.csv", POPULATION),
            ("births.csv", FERTILITY),
            ("deaths.csv", &mortality()),
        ] {
            std::fs::write(folder.0.join(file), text).unwrap();
        }
        folder
    }

    /// The tables are refused because of `entry`, and read once it is gone.
    fn refuses(&self, entry: &str, remove: impl Fn(&std::path::Path) -> std::io::Result<()>) {
        let entry = self.0.join(entry);
        let error = Tables::load_dir(&self.0).unwrap_err();
        let path = entry.display().to_string();
        assert!(error.to_string().starts_with(&path), "{error}");
        assert_eq!(error, TableError::NotAFile { path });
        remove(&entry).unwrap();
        Tables::load_dir(&self.0).unwrap();
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_folder_with_the_name_of_a_table_is_refused() {
    let folder = Folder::new("folder");
    std::fs::create_dir(folder.0.join("more.csv")).unwrap();
    folder.refuses("more.csv", |entry| std::fs::remove_dir(entry));
    // What has another name may be anything.
    std::fs::create_dir(folder.0.join("notes")).unwrap();
    Tables::load_dir(&folder.0).unwrap();
}

#[cfg(unix)]
#[test]
fn a_link_with_the_name_of_a_table_must_lead_to_a_file() {
    use std::os::unix::fs::symlink;
    let folder = Folder::new("link");
    let link = |target: &str, name: &str| symlink(target, folder.0.join(name)).unwrap();
    link("loop.csv", "loop.csv");
    folder.refuses("loop.csv", |entry| std::fs::remove_file(entry));
    link("nowhere", "dangling.CSV");
    folder.refuses("dangling.CSV", |entry| std::fs::remove_file(entry));
    link("people.csv", "again.csv");
    Tables::load_dir(&folder.0).unwrap();
}
