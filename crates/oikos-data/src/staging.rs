//! Files that appear under their own name only when they are whole.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use crate::error::DataError;

/// A file that is written under a temporary name in the folder where it belongs: a rename within a
/// folder stays on one file system and so is atomic. Dropped before it is placed, it is removed.
pub(crate) struct StagedFile {
    target: PathBuf,
    partial: PathBuf,
    placed: bool,
}

impl StagedFile {
    /// Opens `name` in `folder` for writing, under its temporary name.
    pub(crate) fn create(folder: &Path, name: &str) -> Result<(Self, File), DataError> {
        check_target(folder, name)?;
        let partial = folder.join(format!("{name}.partial"));
        let file = File::create(&partial).map_err(DataError::file("create", &partial))?;
        Ok((
            Self {
                target: folder.join(name),
                partial,
                placed: false,
            },
            file,
        ))
    }

    /// Where the file will be.
    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    /// Has the operating system put the content on the disk, before the name can point to it.
    pub(crate) fn sync(&self, file: &File) -> Result<(), DataError> {
        file.sync_all()
            .map_err(DataError::file("write", &self.partial))
    }

    /// Gives the file its own name, in place of an older file of that name.
    pub(crate) fn place(mut self) -> Result<(), DataError> {
        fs::rename(&self.partial, &self.target)
            .map_err(DataError::file("replace", &self.target))?;
        self.placed = true;
        Ok(())
    }
}

impl Drop for StagedFile {
    fn drop(&mut self) {
        if !self.placed {
            // A drop has nobody to report to, and a file that stays still says `.partial`.
            let _ = fs::remove_file(&self.partial);
        }
    }
}

/// Refuses a name that a folder has, which no rename would replace.
pub(crate) fn check_target(folder: &Path, name: &str) -> Result<(), DataError> {
    let path = folder.join(name);
    if path.is_dir() {
        return Err(DataError::PathIsFolder { path });
    }
    Ok(())
}

/// Makes the folder if it is missing and shows that files can be made in it, so that a run learns
/// of a wrong path before it starts and not after.
pub(crate) fn prepare_folder(folder: &Path) -> Result<(), DataError> {
    fs::create_dir_all(folder).map_err(DataError::file("make the folder", folder))?;
    let probe = folder.join("probe.partial");
    File::create(&probe).map_err(DataError::file("write into", folder))?;
    fs::remove_file(&probe).map_err(DataError::file("write into", folder))
}
