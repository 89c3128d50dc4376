//! Logs: the API sends on to a storage of another host, where archives and texts are.

use std::io::{Cursor, Write as _};

use flate2::Compression;
use flate2::write::GzEncoder;
use tar::{Builder, EntryType, Header};
use zip::write::{SimpleFileOptions, ZipWriter};

use super::reply::{Asked, Reply};
use super::state::{Archive, Attempt, Job, Repository};

/// Sends on to the storage, which has another name.
pub(super) fn redirect(asked: &Asked<'_>, repository: &str, path: &str) -> Reply {
    let host = asked.seen.header("host").replace("127.0.0.1", "localhost");
    let address = format!("http://{host}/storage/{repository}/{path}");
    Reply { status: 302, headers: Vec::new(), body: Vec::new() }.header("location", &address)
}

/// Answers for the storage: `runs/RUN/ATTEMPT`, `jobs/JOB`, `artifacts/ARTIFACT` or `tarball`.
pub(super) fn stored(repository: &Repository, rest: &[&str]) -> Reply {
    let run = |id: &str| repository.runs.iter().find(|run| run.id.to_string() == id);
    match (&repository.archive, rest) {
        (_, ["tarball"]) => Reply::raw(tarball(repository)),
        (_, ["artifacts", id]) => {
            let artifact = repository.artifacts.iter().find(|artifact| artifact.id.to_string() == *id);
            artifact.map_or_else(Reply::not_found, |artifact| Reply::raw(artifact.content.clone()))
        }
        (Archive::Odd(bytes), ["runs", ..]) => Reply::raw(bytes.clone()),
        (Archive::Gone, _) => Reply::error(410, "Gone"),
        (archive, ["runs", id, attempt]) => {
            let place: usize = attempt.parse().unwrap();
            let attempt = run(id).and_then(|run| run.attempts.get(place - 1));
            attempt.map_or_else(Reply::not_found, |attempt| Reply::raw(pack(attempt, archive)))
        }
        (_, ["jobs", id]) => {
            let attempts = repository.runs.iter().flat_map(|run| &run.attempts);
            let job = attempts.flat_map(|attempt| &attempt.jobs).find(|job| job.id.to_string() == *id);
            job.map_or_else(Reply::not_found, |job| Reply::raw(whole(job).into_bytes()))
        }
        _ => Reply::not_found(),
    }
}

/// Packs the files of `main` as `git archive` does: below a folder, the commit as a comment, and without what
/// `.gitattributes` keeps out.
fn tarball(repository: &Repository) -> Vec<u8> {
    let main = &repository.branches["main"];
    let attributes = main.files.get(".gitattributes").map(|file| String::from_utf8_lossy(&file.content).into_owned());
    let attributes = attributes.unwrap_or_default();
    let ignored: Vec<&str> = attributes.lines().filter_map(|line| line.strip_suffix(" export-ignore")).collect();
    let mut builder = Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    let mut add = |kind: EntryType, name: &str, content: &[u8]| {
        let mut header = Header::new_ustar();
        header.set_entry_type(kind);
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, name, content).unwrap();
    };
    add(EntryType::XGlobalHeader, "pax_global_header", format!("52 comment={}\n", main.head).as_bytes());
    for (path, file) in &main.files {
        if !ignored.iter().any(|pattern| path.starts_with(pattern.trim_start_matches('/'))) {
            add(EntryType::Regular, &format!("repository/{path}"), &file.content);
        }
    }
    builder.into_inner().unwrap().finish().unwrap()
}

fn pack(attempt: &Attempt, archive: &Archive) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let mut add = |name: String, content: &str| {
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        writer.write_all(content.as_bytes()).unwrap();
    };
    for (job, place) in attempt.jobs.iter().zip(0..) {
        let name: String = job.name.replace(['/', ':'], "");
        let place: u32 = place;
        match archive {
            Archive::Steps => {
                for number in 0..job.steps.len() {
                    add(format!("{name}/{}_{}.txt", number + 1, job.steps[number].name), &step(job, number));
                }
            }
            Archive::Jobs => add(format!("{place}_{name}.txt"), &whole(job)),
            Archive::Empty | Archive::Gone | Archive::Odd(_) => {}
        }
    }
    writer.finish().unwrap().into_inner()
}

fn whole(job: &Job) -> String {
    (0..job.steps.len()).map(|number| step(job, number)).collect()
}

fn step(job: &Job, number: usize) -> String {
    let step = &job.steps[number];
    let time = step.started_at.unwrap_or(job.started_at).to_string().replace('Z', ".0000000Z");
    let lines = step.log.iter().map(|line| format!("{time} {line}\n"));
    std::iter::once("\u{FEFF}".to_owned()).chain(lines).collect()
}
