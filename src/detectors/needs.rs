//! The order of jobs.

use std::collections::BTreeMap;

use crate::model::workflow::Workflow;
use crate::model::yaml::Text;

/// A `needs` entry that leads back to its own job.
#[derive(Clone, Copy, Debug)]
pub struct Circular<'file> {
    /// The job that needs.
    pub job: &'file Text,
    /// The entry.
    pub need: &'file Text,
}

/// Finds the `needs` entries that lead back to their own job, in source order.
pub fn circular(workflow: &Workflow) -> Vec<Circular<'_>> {
    let numbers: BTreeMap<String, usize> =
        workflow.jobs.iter().enumerate().map(|(at, job)| (job.id.value.to_ascii_lowercase(), at)).collect();
    let number = |need: &Text| numbers.get(&need.value.to_ascii_lowercase()).copied();
    let edges: Vec<Vec<usize>> =
        workflow.jobs.iter().map(|job| job.needs.iter().filter_map(number).collect()).collect();
    let groups = groups(&edges);
    let mut found = Vec::new();
    for (at, job) in workflow.jobs.iter().enumerate() {
        let back = |need: &&Text| number(need).is_some_and(|to| to == at || groups.get(to) == groups.get(at));
        found.extend(job.needs.iter().filter(back).map(|need| Circular { job: &job.id, need }));
    }
    found
}

/// Returns the positions of a workflow's jobs, each behind those that it needs; in a circle, as they
/// are written.
pub fn order(workflow: &Workflow) -> Vec<usize> {
    let edges = edges(workflow);
    let mut entered = vec![usize::MAX; edges.len()];
    let mut order = Vec::with_capacity(edges.len());
    for node in 0..edges.len() {
        visit(&edges, node, 0, &mut entered, &mut order);
    }
    order
}

/// Returns the positions of the jobs that each job needs.
fn edges(workflow: &Workflow) -> Vec<Vec<usize>> {
    let numbers: BTreeMap<String, usize> =
        workflow.jobs.iter().enumerate().map(|(at, job)| (job.id.value.to_ascii_lowercase(), at)).collect();
    let number = |need: &Text| numbers.get(&need.value.to_ascii_lowercase()).copied();
    workflow.jobs.iter().map(|job| job.needs.iter().filter_map(number).collect()).collect()
}

/// Numbers the groups of nodes that reach each other, by Kosaraju's algorithm without recursion.
fn groups(edges: &[Vec<usize>]) -> Vec<usize> {
    let mut reversed = vec![Vec::new(); edges.len()];
    for (from, targets) in edges.iter().enumerate() {
        for to in targets {
            if let Some(sources) = reversed.get_mut(*to) {
                sources.push(from);
            }
        }
    }
    let mut finished = Vec::with_capacity(edges.len());
    let mut seen = vec![usize::MAX; edges.len()];
    for node in 0..edges.len() {
        visit(edges, node, 0, &mut seen, &mut finished);
    }
    let mut groups = vec![usize::MAX; edges.len()];
    let mut members = Vec::new();
    for node in finished.into_iter().rev() {
        visit(&reversed, node, node, &mut groups, &mut members);
    }
    groups
}

/// Marks all that can be reached from a node and was not marked before, and adds it to `finished`
/// in the order of leaving.
fn visit(edges: &[Vec<usize>], node: usize, mark: usize, marks: &mut [usize], finished: &mut Vec<usize>) {
    let mut enter = |node: usize| match marks.get_mut(node) {
        Some(place) if *place == usize::MAX => {
            *place = mark;
            true
        }
        Some(_) | None => false,
    };
    let mut open: Vec<(usize, usize)> = Vec::new();
    open.extend(enter(node).then_some((node, 0)));
    while let Some((node, next)) = open.last_mut() {
        let target = edges.get(*node).and_then(|targets| targets.get(*next)).copied();
        *next += 1;
        if let Some(target) = target {
            open.extend(enter(target).then_some((target, 0)));
        } else {
            finished.push(*node);
            open.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_those_that_reach_each_other() {
        let groups = groups(&[vec![1], vec![2], vec![0], vec![0], vec![]]);
        assert!(groups[0] == groups[1] && groups[1] == groups[2]);
        assert!(groups[3] != groups[0] && groups[4] != groups[3]);
    }

    #[test]
    fn long_chains_need_no_stack() {
        let edges: Vec<Vec<usize>> = (0..200_000).map(|node| vec![(node + 1) % 200_000]).collect();
        assert!(groups(&edges).windows(2).all(|pair| pair[0] == pair[1]));
    }
}
