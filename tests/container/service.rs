//! The image as a service that watches a job, as docs/resources.md has it.

use std::time::{Duration, Instant};

use crate::engine;
use crate::runner::Job;

/// A service, removed as the runner removes it: without asking it to end.
struct Service(String);

impl Drop for Service {
    fn drop(&mut self) {
        engine::docker(&["rm", "--force", &self.0]).output().unwrap();
    }
}

/// Starts what a workflow of the docs says below `services:`.
fn resources(temp: &str) -> Service {
    let page = std::fs::read_to_string("docs/resources.md").unwrap();
    let after = |key: &str| {
        let line = page.lines().find_map(|line| line.trim().strip_prefix(key));
        line.unwrap_or_else(|| panic!("docs/resources.md has no {key}")).trim().to_owned()
    };
    let command = after("command:");
    let volumes: Vec<String> = page
        .lines()
        .skip_while(|line| line.trim() != "volumes:")
        .skip(1)
        .map_while(|line| line.trim().strip_prefix("- "))
        .map(|volume| volume.replace("/home/runner/work/_temp", temp))
        .collect();
    assert_eq!(volumes.len(), 2, "{volumes:?}");
    let name = format!("plimsolltest_service_{}", std::process::id());
    let image = engine::image();
    let mut arguments = vec!["run", "--detach", "--name", &name];
    arguments.extend(volumes.iter().flat_map(|volume| ["--volume", volume.as_str()]));
    arguments.push(&image);
    arguments.extend(command.split(' '));
    engine::output(&arguments);
    Service(name)
}

#[test]
fn a_service_watches_the_job_beside_it() {
    let job = Job::new(&[]);
    let temp = job.temp();
    let log = temp.join("resources.jsonl");
    let service = resources(temp.to_str().unwrap());
    let begun = Instant::now();
    // The job's own work: as much as two samples last.
    let mut count = 0_u64;
    while std::fs::read_to_string(&log).map_or(0, |text| text.lines().count()) < 3 {
        assert!(begun.elapsed() < Duration::from_mins(1), "{:?}", engine::docker(&["logs", &service.0]).output());
        count += (0..1_000_000_u64).filter(|number| number.is_multiple_of(7)).count() as u64;
    }
    assert!(count > 0);
    drop(service);
    let step = job.uses("actions/resources", &[("from", log.to_str().unwrap()), ("offline", "true")]);
    assert_eq!(step.code, 0, "{}", step.log);
    let table = std::fs::read_to_string(job.workspace().join("metrics/resource_usage.csv")).unwrap();
    let mut lines = table.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let (header, row) = (lines.next().unwrap(), lines.next().unwrap());
    let field = |name: &str| row[header.iter().position(|column| *column == name).unwrap()];
    // It saw the machine, not itself: this very process was busy outside of it.
    let cpu: f64 = field("cpu_max").parse().unwrap();
    let memory: f64 = field("memory_total_bytes").parse().unwrap();
    let (samples, processors) =
        (field("samples"), u32::try_from(std::thread::available_parallelism().unwrap().get()).unwrap());
    println!("service: {samples} samples, CPU {cpu}, memory {memory}");
    assert!(cpu * f64::from(processors) > 0.5 && memory > 1e9, "{table}");
    assert!(step.summary.contains("```mermaid") || step.summary.contains("CPU"), "{}", step.summary);
    assert_eq!(
        job.left_by_root().into_iter().filter(|path| !path.contains("resources.jsonl")).collect::<Vec<_>>(),
        Vec::<String>::new()
    );
}
