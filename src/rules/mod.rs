//! The lint rules: one file a rule, one table.
//!
//! A rule is data and functions. Its documentation is its doc comment, from which `plimsoll
//! explain`, the reference and SARIF's help come; the code blocks under `## Bad` and `## Good`
//! are tests. A new rule is a new file and one line in the table below.

mod declare;
mod engine;
mod exposure;
mod extraction;
mod file_tests;
mod git_commands;
mod job_needs;
mod job_pushes;
mod names;
mod purpose;
mod reach;
mod reading;
mod reporter;
mod rule;
mod script_sink;
mod step_place;
mod suppression;
mod token_needs;
mod variables;
mod word_count;
mod work_folders;

use crate::model::finding::RuleInfo;
use declare::{declare_rule, rules};
pub use engine::{Choice, is_name, lint, lint_for_all, named, names};
pub use rule::{Check, Group, Rule};
pub use step_place::{StepOwner, StepPlace};
pub use unused_suppression::unused_setting;

rules! {
    action_deprecation_empty,
    action_dockerfile_name,
    action_file_missing,
    action_input_deprecated,
    action_input_missing_required,
    action_input_required_with_default,
    action_input_unknown,
    action_invalid_branding_color,
    action_invalid_branding_icon,
    action_invalid_using,
    action_missing_description,
    action_missing_name,
    action_missing_using,
    action_not_found,
    action_output_value,
    action_pre_if_fenced,
    action_pre_if_without_pre,
    action_retired_runtime,
    action_runs_invalid_key,
    action_runs_missing_key,
    action_runtime_outdated,
    action_unexpected_key,
    adhoc_package_install,
    anonymous_job,
    anonymous_workflow,
    app_token_all_permissions,
    app_token_all_repositories,
    app_token_no_revoke,
    archived_action,
    artifact_may_be_empty,
    artifact_no_retention,
    artifact_poisoning,
    block_scalar_chomping,
    bot_actor_condition,
    cache_key_constant,
    cache_mode_invalid,
    cache_poisoning,
    call_input_default_type_mismatch,
    call_input_invalid_type,
    call_input_missing_required,
    call_input_required_with_default,
    call_input_type_mismatch,
    call_input_undefined,
    call_nesting_too_deep,
    call_permissions_exceed_caller,
    call_secret_missing_required,
    call_secret_undefined,
    cloud_long_lived_keys,
    composite_step_invalid_key,
    composite_step_missing_shell,
    computed_index,
    concurrency_invalid_queue,
    concurrency_missing,
    concurrency_no_cancel,
    concurrency_queue_cancel_conflict,
    concurrency_self_deadlock,
    condition_type,
    confused_deputy_auto_merge,
    constant_expression,
    container_credentials_incomplete,
    container_image_empty,
    context_not_available,
    continue_on_error_hides_tests,
    cron_invalid_timezone,
    cron_syntax,
    cron_too_frequent,
    curl_pipe_shell,
    dangerous_trigger_prt,
    dangerous_trigger_workflow_run,
    debug_enabled,
    defaults_missing_run,
    dependabot_cooldown,
    dependabot_execution,
    deploy_cancelled_halfway,
    deploy_without_concurrency,
    deploy_without_environment,
    deprecated_workflow_command,
    dispatch_choice_missing_options,
    dispatch_default_not_in_options,
    dispatch_default_type_mismatch,
    dispatch_duplicate_option,
    dispatch_input_invalid_type,
    dispatch_options_without_choice,
    dispatch_too_many_inputs,
    duplicate_artifact_name,
    empty_section,
    empty_string_value,
    env_var_name_invalid,
    event_filter_exclusive,
    event_filter_not_available,
    event_types_not_supported,
    expression_not_allowed,
    expression_not_fenced,
    expression_syntax,
    forbidden_uses,
    fork_secret_use,
    format_arguments,
    full_history_unused,
    function_arity,
    function_not_available,
    github_env_injection,
    glob_invalid_ref_char,
    glob_matches_no_file,
    glob_path_dot,
    glob_path_whitespace,
    glob_syntax,
    hardcoded_credentials,
    heredoc_unterminated,
    id_reserved_prefix,
    id_too_long,
    if_always_true,
    if_constant,
    image_invalid,
    impostor_commit,
    insecure_commands,
    insecure_url_scheme,
    invalid_activity_type,
    invalid_boolean,
    invalid_integer,
    invalid_json,
    invalid_number,
    job_id_duplicate,
    job_id_invalid,
    job_timeout_missing,
    job_timeout_too_large,
    job_uses_key_conflict,
    job_with_without_uses,
    known_vulnerable_action,
    local_action_invalid,
    local_workflow_not_callable,
    local_workflow_not_found,
    matrix_duplicate_value,
    matrix_empty,
    matrix_exclude_no_match,
    matrix_exclude_unknown_key,
    matrix_exclude_without_rows,
    matrix_over_256,
    misnamed_github_file,
    missing_pipefail,
    missing_required_key,
    missing_version_comment,
    needless_wait,
    needs_cycle,
    needs_duplicate,
    needs_no_root_job,
    needs_unknown_job,
    number_out_of_range,
    number_rewritten,
    obfuscated_uses_path,
    object_to_string,
    overprovisioned_secrets,
    parallel_step_not_allowed,
    path_filter_missing,
    permission_invalid_level,
    permission_invalid_shorthand,
    permission_missing,
    permission_unknown_scope,
    permissions_missing_job,
    permissions_missing_workflow,
    permissions_read_all,
    permissions_workflow_write,
    permissions_write_all,
    persist_credentials,
    persist_credentials_upload,
    pip_install_input,
    pointless_comparison,
    pr_on_self_hosted,
    pyflakes,
    ref_confusion,
    ref_name_invalid,
    ref_version_mismatch,
    repeated_build,
    required_action_missing,
    reusable_workflow_in_step,
    run_output_typo,
    runner_group_invalid,
    runner_label_conflict,
    runner_label_unknown,
    schedule_invalid_entry,
    secrets_in_job_env,
    secrets_in_workflow_env,
    secrets_inherit,
    secrets_invalid_shape,
    secrets_outside_environment,
    section_type,
    self_hosted_runner,
    self_repository_syntax,
    shell_cmd,
    shell_name_unknown,
    shell_not_on_os,
    shell_not_well_known,
    shellcheck,
    snapshot_version_invalid,
    stale_action_ref,
    step_id_duplicate,
    step_id_invalid,
    step_key_not_allowed,
    step_missing_run_or_uses,
    superfluous_action,
    template_injection,
    text_around_expression,
    type_mismatch,
    typosquat_action,
    undefined_env,
    undocumented_permission,
    unexpected_key,
    unknown_context,
    unknown_event,
    unknown_function,
    unknown_input,
    unknown_job_output,
    unknown_matrix_key,
    unknown_need,
    unknown_property,
    unknown_secret,
    unknown_step,
    unknown_step_output,
    unknown_variable,
    unpinnable_action,
    unpinned_action,
    unpinned_container_image,
    unpinned_docker_uses,
    unpinned_reusable_workflow,
    unpinned_tool,
    unquoted_github_file,
    unredacted_secret,
    unsound_contains,
    unsound_ternary,
    untrusted_checkout,
    untrusted_machine,
    unused_input,
    unused_job_output,
    unused_step_id,
    unused_suppression,
    use_trusted_publishing,
    uses_blank,
    uses_invalid_format,
    uses_short_sha,
    value_must_be_positive,
    variable_name_invalid,
    wait_unknown_step,
    with_is_expression,
    workflow_empty,
    workflow_limits_exceeded,
    workflow_run_missing_workflows,
    workflow_uses_bad_location,
    workflow_uses_invalid_format,
    wrong_node_kind,
    yaml_duplicate_key,
    yaml_explicit_tag,
    yaml_merge_key,
    yaml_recursive_alias,
    yaml_syntax,
    yaml_undefined_alias,
    yaml_unused_anchor,
}

/// Returns what `plimsoll rules` lists, in order of group and id.
pub fn infos() -> Vec<RuleInfo> {
    let mut rules: Vec<&Rule> = RULES.to_vec();
    rules.sort_by_key(|rule| (rule.group, rule.id));
    rules.into_iter().map(Rule::info).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::surroundings::Surroundings;
    use crate::sources::workflows;

    #[test]
    fn the_table_is_in_order_and_documented() {
        let ids: Vec<&str> = RULES.iter().map(|rule| rule.id).collect();
        assert!(ids.is_sorted_by(|a, b| a < b), "{ids:?}");
        for rule in RULES {
            let documentation = rule.documentation;
            let summary = rule.info().summary;
            assert!(!summary.is_empty() && !summary.ends_with('.') && summary.len() <= 100, "{}: {summary}", rule.id);
            for heading in ["## Why is this bad?", "## Bad", "## How to fix"] {
                assert!(documentation.contains(heading), "{} lacks {heading}", rule.id);
            }
            let is_kebab = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
            assert!(rule.id.bytes().all(is_kebab), "{}", rule.id);
            assert!(!rule.checks.is_empty(), "{} checks nothing", rule.id);
        }
    }

    #[test]
    fn suppressions_reach_their_line_and_the_next() {
        let lint = |text: &str| {
            let file = workflows::parse(".github/workflows/a.yml".to_owned(), text.to_owned());
            let found = lint(&file, &Choice::default(), &Surroundings::default());
            found.into_iter().map(|finding| (finding.rule, finding.suppressed.map(|by| by.reason))).collect::<Vec<_>>()
        };
        let reason = Some("on purpose".to_owned());
        assert_eq!(lint("# plimsoll: ignore[workflow-empty] on purpose\n"), [("workflow-empty", reason.clone())]);
        let behind = "# v4.2.2 # plimsoll: ignore[workflow-empty] on purpose\n";
        assert_eq!(lint(behind), [("workflow-empty", reason.clone())]);
        assert_eq!(lint("\n\n# plimsoll: ignore-file[workflow-empty]: on purpose\n"), [("workflow-empty", reason)]);
        assert_eq!(
            lint("# plimsoll: ignore[workflow-emty] typo\n"),
            [("workflow-empty", None), ("unused-suppression", None)]
        );
    }
}
