use super::*;
use crate::detectors::testing::repository;

fn started_by(files: &[(&str, &str)], command: &[&str]) -> Vec<String> {
    let repository = repository(files);
    program(&repository, "", "node", command).into_iter().map(|target| target.script).collect()
}

fn check(text: &str, expected: &[&str]) {
    assert_eq!(started_by(&[("x.mjs", text)], &["x.mjs"]), expected, "{text}");
}

#[test]
fn programs_start_others() {
    let cp = "import * as cp from 'node:child_process';\n";
    check(&format!("{cp}cp.execSync('npm run build', {{ stdio: 'inherit' }});"), &["npm run build"]);
    check(
        &format!("{cp}cp.spawnSync('gh', ['release', 'create', process.env.TAG, '--notes', `a ${{b}}`]);"),
        &["gh release create $TAG --notes \"a ${b}\""],
    );
    check(
        "const { exec: run, spawn } = require('child_process'); run(`a ${1 + x}`); spawn('b', { shell: true });",
        &["a ${value}", "b"],
    );
    check(
        "import { $ } from 'zx'; await $`pnpm publish --tag ${tag}`; $({ quiet: true })`b`",
        &["pnpm publish --tag $tag", "b"],
    );
    check(
        "import { execa, execaCommand } from 'execa'; await execa('a', ['b c']); await execaCommand('d e'); execa`f`",
        &["a 'b c'", "d e", "f"],
    );
    check("const run = require('util').promisify(require('child_process').exec); run('a')", &["a"]);
}

#[test]
fn what_is_only_said_starts_nothing() {
    check("// execSync('a')\nconsole.log('cp.execSync(\"b\")'); execSync('c'); const x = `spawn('d')`", &[]);
    check(
        "import { execSync } from 'child_process';\nfunction never() { execSync('npm publish'); }\nconst nor = () => execSync('x');",
        &[],
    );
    check(
        "import { execSync } from 'child_process';\nclass A { b() { execSync('c'); } d() { execSync('e'); } }\nnew A().d()",
        &["e"],
    );
    check(
        "import { execSync } from 'child_process';\nconst all = { a() { execSync('b') }, c: () => execSync('d') };\nall.c()",
        &["d"],
    );
    check("/(execSync('a')/.exec('npm publish'); db.exec('npm publish')", &[]);
    check("import { execSync } from './other.mjs'; execSync('a')", &[]);
}

#[test]
fn arguments_are_put_together() {
    let head = "import { spawnSync, execSync } from 'child_process';\n";
    check(
        &format!(
            "{head}function build(names, tags, target, file = 'Dockerfile') {{\n let args = ['build', '-f', file];\n for (const name of names) {{ for (let tag of tags) {{ args.push('-t', `${{name}}:${{tag}}`); }} }}\n args = [...args, '--target', target];\n if (dry) args.push('--dry-run');\n args = args.concat(['.']);\n spawnSync('docker', args);\n}}\nconst names = () => ['a/b'];\nbuild(names(), ['1', version], 'release');"
        ),
        &["docker build -f Dockerfile -t a/b:1 -t \"a/b:${version}\" --target release ."],
    );
    check(
        &format!(
            "{head}const run = (line, {{ quiet }} = {{}}) => {{ execSync(line); }};\nrun('a ' + 'b'); ['c', 'd'].forEach((it) => run(it));"
        ),
        &["a b", "c", "d"],
    );
    check(
        &format!(
            "{head}spawnSync(process.platform === 'win32' ? 'npm.cmd' : 'npm', ['ci', ...rest, process.env.X || 'y'])"
        ),
        &["npm ci $rest $X"],
    );
    check(
        &format!("{head}execSync(['a', 'b'].join(' ')); for (const {{ line }} of [{{ line: 'c' }}]) execSync(line)"),
        &["a b", "c"],
    );
    check(
        &format!(
            "{head}main().catch((error) => {{ process.exit(1); }});\nasync function main() {{ execSync('a'); main(); }}"
        ),
        &["a"],
    );
    check(
        &format!(
            "{head}const typed: Map<string, number> = new Map(); export async function main(a: string, b?: {{ c: string }}): Promise<{{ d: string }}> {{ execSync(a as string); }}\nmain('x')"
        ),
        &["x"],
    );
}

#[test]
fn files_of_the_repository_are_followed() {
    let files = [
        (
            "a/x.mjs",
            "import { b as c } from './lib.js'; import * as all from '../lib/more.mjs'; c('d'); all.e(); import './side.mjs'",
        ),
        (
            "a/lib.ts",
            "import { execSync } from 'child_process'; export { inner as b }; const inner = (x: string) => execSync(x);\nexport function never() { execSync('never') }",
        ),
        (
            "lib/more.mjs",
            "import { execSync } from 'child_process'; export function e() { execSync('f', { cwd: import.meta.dirname }) }\nif (import.meta.main) { execSync('main') }",
        ),
        ("a/side.mjs", "import { execSync } from 'child_process'; import './x.mjs'; execSync('side')"),
    ];
    assert_eq!(started_by(&files, &["--no-warnings", "a/x.mjs", "--flag"]), ["d", "f", "side"]);
    let repository = repository(&files);
    let found = program(&repository, "", "node", &["a/x"]);
    let places: Vec<_> =
        found.iter().map(|target| (target.folder.as_str(), target.source.clone().unwrap().path)).collect();
    assert_eq!(places[0], ("", "a/x.mjs".to_owned()));
    assert_eq!(places[1], ("lib", "lib/more.mjs".to_owned()));
    for command in [&["../x.mjs"][..], &["nope.mjs"], &["-e", "x"], &["--test", "a/x.mjs"], &[]] {
        assert!(started_by(&files, command).is_empty(), "{command:?}");
    }
}

#[test]
fn failures_that_nobody_asks_for_are_told() {
    for (text, expected) in [
        ("cp.execSync('a')", false),
        ("cp.spawnSync('a')", true),
        ("const done = cp.spawnSync('a'); if (done.status !== 0) process.exit(1)", false),
        ("cp.spawn('a').on('close', (code) => process.exit(code))", false),
        ("function f() { return cp.spawnSync('a') }\nf()", false),
        ("try { cp.execSync('a') } catch (error) { console.log(error) }", true),
        ("try { cp.execSync('a') } catch { process.exit(1) }", false),
    ] {
        let text = format!("const cp = require('child_process');\n{text}");
        let repository = repository(&[("x.js", text.as_str())]);
        let found = program(&repository, "", "node", &["x.js"]);
        assert_eq!(found.iter().map(|target| target.silence.is_some()).collect::<Vec<_>>(), [expected], "{text}");
    }
}

#[test]
fn a_program_that_never_ends_is_left() {
    let deep = format!("{}1{}", "[".repeat(5_000), "]".repeat(5_000));
    check(&deep, &[]);
    check("const f = (g) => { h(g); }; const h = (g) => { f(g); f(h); }; f(f); for (;;) { f() }", &[]);
    check(&format!("x = {}", "a ? (b => ".repeat(500)), &[]);
}

proptest::proptest! {
    #[test]
    fn anything_is_gone_through(text in "(const |function |a|=>|=|\\(|\\)|\\{|\\}|\\[|\\]|,|;|\\.|'b'|`c\\$\\{|\\}`|import |from |export |return |class |if |for |of |try |catch |\n|:|\\?|<|>){0,40}") {
        drop(started_by(&[("x.mjs", text.as_str())], &["x.mjs"]));
    }
}
