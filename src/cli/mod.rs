//! Arguments, and one file per command. Data goes to stdout, talk to stderr.

mod build;
mod check;
mod clean;
mod explain;
mod export;
mod import;
mod memory;
mod new;
mod publish;
mod schema;
mod sealed;
mod serve;
mod status;
mod store;
mod terminal;

use std::path::{Path, PathBuf};

use clap::{CommandFactory, Parser, Subcommand, ValueEnum};

use terminal::Terminal;

/// Exit codes: clean; findings at level error, or a build that did not happen; wrong usage,
/// configuration or an internal fault; interrupted.
const CLEAN: u8 = 0;
const FOUND: u8 = 1;
/// Wrong usage or configuration, or an internal fault.
pub const FAULT: u8 = 2;
const INTERRUPTED: u8 = 130;

/// Compiles a folder of reports into a disclosure portal.
/// 把一个文件夹的年度报告编成政府信息公开门户。
#[derive(Parser)]
#[command(name = "gongkai", version, about, max_term_width = 100)]
struct Arguments {
    /// The portal's folder [default: the nearest one upward with a site.toml]
    #[arg(short, long, global = true, value_name = "DIR")]
    root: Option<PathBuf>,
    /// Print findings as JSON on stdout
    #[arg(long, global = true)]
    json: bool,
    /// When to use colours
    #[arg(long, global = true, value_enum, default_value = "auto")]
    color: Color,
    /// The language of messages [default: the portal's]
    #[arg(long, global = true, value_name = "LANGUAGE")]
    lang: Option<String>,
    /// Say less
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// Say more
    #[arg(short, long, global = true)]
    verbose: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Subcommand)]
enum Command {
    /// Make a new portal 新建门户
    Init(new::Init),
    /// Make a new agency or report 新建机关或报告
    #[command(subcommand)]
    New(new::New),
    /// Check everything, write nothing 检查
    Check(check::Check),
    /// Build the site, all of it or nothing 生成网站
    Build(build::Build),
    /// Preview with live reload on 127.0.0.1 预览
    #[command(alias = "preview")]
    Serve(serve::Serve),
    /// Write one report's file to stdout or a file 导出一份报告
    Export(export::Export),
    /// Bring in reports from Word, web pages, text, PDF 导入报告
    Import(import::Import),
    /// Who has reported for a year, who is late or missing 收集进度
    Status(status::Status),
    /// Explain a finding's code, or where a page comes from 解释代码或页面的来源
    Explain(explain::Explain),
    /// JSON Schemas of the files you write, for editors 给编辑器用的格式说明
    Schema(schema::Schema),
    /// Print completions for a shell 命令补全
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Remove what we own: the site and remembered work 删除本程序写的文件
    Clean(clean::Clean),
}

/// Runs the program with the arguments of the process; gives its exit code.
pub fn run() -> u8 {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are no errors; a closed pipe is not ours to report.
            let _ = error.print();
            return if error.use_stderr() { FAULT } else { CLEAN };
        }
    };
    let terminal = Terminal::new(&arguments);
    let root = arguments.root.clone().or_else(nearest_portal);
    match arguments.command {
        Command::Init(init) => return init.run(&terminal),
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Arguments::command(), "gongkai", &mut std::io::stdout());
            return CLEAN;
        }
        Command::Explain(explain) => return explain.run(root.as_deref(), &terminal),
        Command::Schema(schema) => return schema.run(root.as_deref(), &terminal),
        Command::Import(import) if import.dry_run => {
            let root = root.filter(|root| root.join("site.toml").is_file());
            return import.run(root.as_deref(), &terminal);
        }
        _ => {}
    }
    let Some(root) = root.filter(|root| root.join("site.toml").is_file()) else {
        terminal.say("talk-no-root", &[]);
        return FAULT;
    };
    let terminal = terminal.for_portal(&root);
    match arguments.command {
        Command::New(new) => new.run(&root, &terminal),
        Command::Check(check) => check.run(&root, &terminal),
        Command::Build(build) => build.run(&root, &terminal),
        Command::Serve(serve) => serve.run(&root, &terminal),
        Command::Export(export) => export.run(&root, &terminal),
        Command::Import(import) => import.run(Some(&root), &terminal),
        Command::Status(status) => status.run(&root, &terminal),
        Command::Clean(clean) => clean.run(&root, &terminal),
        Command::Init(_) | Command::Completions { .. } | Command::Explain(_) | Command::Schema(_) => CLEAN,
    }
}

/// The nearest folder upward with a `site.toml`.
fn nearest_portal() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    here.ancestors().find(|folder| folder.join("site.toml").is_file()).map(Path::to_path_buf)
}
