//! What a file may be, by its name; cheap, so that most files are never opened.

use std::path::Path;

use crate::read::is_env_file;

/// How a file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// As python-dotenv reads it.
    Dotenv,
    /// As whatever core recognizes in it.
    Form,
    /// YAML that is of interest only where it is a manifest of Kubernetes.
    Manifest,
    /// As a settings module.
    Settings,
    /// `manage.py`, which names one.
    Manage,
}

/// Folders that hold what others wrote, or what was built.
const VENDORED: [&str; 9] =
    [".git", ".hg", ".tox", ".venv", "node_modules", "site-packages", "target", "vendor", "venv"];

/// Whether a folder is left out.
pub(crate) fn is_vendored(name: &str) -> bool {
    VENDORED.contains(&name)
}

/// What a file may be; `None` where it configures no database.
pub(crate) fn role(path: &Path) -> Option<Role> {
    let name = path.file_name()?.to_str()?;
    let folder = path.parent().and_then(Path::file_name).and_then(|it| it.to_str()).unwrap_or("");
    let small = name.to_ascii_lowercase();
    let (stem, extension) = small.rsplit_once('.').unwrap_or((&small, ""));
    match extension {
        "py" if name == "manage.py" => return Some(Role::Manage),
        "py" if stem == "settings" || stem.ends_with("_settings") || folder == "settings" => {
            return Some(Role::Settings);
        }
        "yml" | "yaml" => {
            let is_known = stem.contains("compose")
                || stem.starts_with("docker-stack")
                || stem.starts_with("values")
                || stem.ends_with("-values")
                || [".gitlab-ci", "azure-pipelines", "render", "database", "app", "serverless"]
                    .contains(&stem)
                || folder == "workflows";
            return Some(if is_known { Role::Form } else { Role::Manifest });
        }
        "sh" | "bash" | "zsh" | "fish" | "ps1" | "cmd" | "bat" | "tf" | "tfvars" | "service"
        | "prisma" => return Some(Role::Form),
        _ => {}
    }
    if small == ".envrc" || small == ".env.vault" {
        return (small == ".envrc").then_some(Role::Form);
    }
    if is_env_file(path) || is_template_of_env(&small) {
        return Some(Role::Dotenv);
    }
    let is_known = matches!(
        &*small,
        "app.json"
            | "fly.toml"
            | "railway.json"
            | "railway.toml"
            | "wrangler.toml"
            | "procfile"
            | "makefile"
            | "gnumakefile"
            | "justfile"
            | "supervisord.conf"
            | "task-definition.json"
    ) || small.starts_with("dockerfile")
        || extension == "dockerfile"
        || small.starts_with("procfile.")
        || extension == "mk";
    is_known.then_some(Role::Form)
}

/// `env.example`, `dev.env.sample`.
fn is_template_of_env(name: &str) -> bool {
    is_template(name) && name.split('.').any(|it| it == "env")
}

/// Whether a file is there to be copied and filled in.
pub(crate) fn is_template(name: &str) -> bool {
    const WORDS: [&str; 7] = ["dist", "example", "examples", "sample", "template", "tmpl", "tpl"];
    let name = name.to_ascii_lowercase();
    name.split(['.', '-', '_']).any(|it| WORDS.contains(&it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_decides_what_is_opened() {
        for (path, expected) in [
            (".env", Some(Role::Dotenv)),
            ("deploy/.env.production", Some(Role::Dotenv)),
            ("prod.env", Some(Role::Dotenv)),
            ("env.example", Some(Role::Dotenv)),
            (".env.vault", None),
            (".envrc", Some(Role::Form)),
            ("docker-compose.override.yml", Some(Role::Form)),
            ("compose.yaml", Some(Role::Form)),
            ("chart/values-prod.yaml", Some(Role::Form)),
            (".github/workflows/ci.yml", Some(Role::Form)),
            ("k8s/web.yaml", Some(Role::Manifest)),
            ("shop/settings.py", Some(Role::Settings)),
            ("shop/settings/production.py", Some(Role::Settings)),
            ("manage.py", Some(Role::Manage)),
            ("Procfile", Some(Role::Form)),
            ("Makefile", Some(Role::Form)),
            ("Dockerfile.web", Some(Role::Form)),
            ("fly.toml", Some(Role::Form)),
            ("app.json", Some(Role::Form)),
            ("src/main.rs", None),
            ("package.json", None),
            ("README.md", None),
        ] {
            assert_eq!(role(Path::new(path)), expected, "{path}");
        }
    }

    #[test]
    fn templates_are_known_by_a_word_of_their_name() {
        for (name, is) in [
            (".env.example", true),
            (".env.dist", true),
            ("env-sample", true),
            ("docker-compose.template.yml", true),
            (".env", false),
            ("examples.txt", true),
            (".env.distribution", false),
        ] {
            assert_eq!(is_template(name), is, "{name}");
        }
    }
}
