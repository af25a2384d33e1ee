//! The page: one file talks to the host, words stand in `locales/`, colours in the theme.
//!
//! Elsewhere: what eslint and the type checker find.

use std::path::Path;

use anyhow::Result;

use super::Fault;
use super::files::{Source, sources};

/// The one file that may talk to Tauri.
const HOST: &str = "ui/src/api/tauri.ts";
/// Its spec, which may stand in for Tauri but not talk to it either.
const HOST_SPEC: &str = "ui/src/api/tauri.spec.ts";
/// Where words of the user's language belong; invented data and specs may hold them too.
const WORDS: &[&str] = &["ui/src/locales/", "ui/src/api/fake"];
/// Where colours are named.
const COLOURS: &[&str] = &["ui/src/app/theme", "ui/src/theme"];

/// Faults of every source of the page.
pub(crate) fn check(root: &Path) -> Result<Vec<Fault>> {
    let mut faults = Vec::new();
    for source in sources(root, "ui/src", &["ts", "vue", "css"])? {
        let code = without_comments(&source.text);
        let path = source.path.to_string_lossy().replace('\\', "/");
        let within = |places: &[&str]| places.iter().any(|place| path.starts_with(place));
        let spec = path.ends_with(".spec.ts");
        if path != HOST && names_tauri(&code, path == HOST_SPEC) {
            faults.push(Fault::new(
                &source.path,
                format!(
                    "only {HOST} may import from @tauri-apps, and only {HOST_SPEC} may mock it"
                ),
            ));
        }
        if !spec && !within(WORDS) {
            faults.extend(first(
                &source,
                &code,
                chinese_word,
                "is text for the user: move it to ui/src/locales",
            ));
        }
        if !spec && !within(COLOURS) {
            faults.extend(first(
                &source,
                &code,
                hex_colour,
                "is a colour: name it in the theme",
            ));
        }
    }
    Ok(faults)
}

/// Whether `code` names a module of Tauri, other than to put a stand-in in its place if `stand_ins` may be.
fn names_tauri(code: &str, stand_ins: bool) -> bool {
    code.match_indices("@tauri-apps").any(|(start, _)| {
        let stands_in = ["vi.mock('", "vi.mock(\""]
            .iter()
            .any(|call| code[..start].ends_with(call));
        !(stand_ins && stands_in)
    })
}

/// The first line of `code` in which `find` finds something.
fn first(source: &Source, code: &str, find: fn(&str) -> Option<&str>, what: &str) -> Option<Fault> {
    code.lines().zip(1..).find_map(|(line, number)| {
        let found = find(line)?;
        Some(Fault::new(
            &source.path,
            format!("line {number}: `{found}` {what}"),
        ))
    })
}

/// The first run of Chinese characters.
fn chinese_word(line: &str) -> Option<&str> {
    let start = line.find(is_chinese)?;
    let rest = &line[start..];
    Some(&rest[..rest.find(|c| !is_chinese(c)).unwrap_or(rest.len())])
}

fn is_chinese(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}')
}

/// The first `#rgb`, `#rgba`, `#rrggbb` or `#rrggbbaa`. `#default`, `&#10;` and `/#/path` are none.
fn hex_colour(line: &str) -> Option<&str> {
    line.match_indices('#').find_map(|(start, _)| {
        let word = &line[start + 1..];
        let end = word
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_')
            .unwrap_or(word.len());
        let colour =
            matches!(end, 3 | 4 | 6 | 8) && word[..end].chars().all(|c| c.is_ascii_hexdigit());
        (colour && !line[..start].ends_with('&')).then(|| &line[start..=start + end])
    })
}

/// `text` with comments blanked and lines kept. `//` counts only after a blank, so that addresses stay.
fn without_comments(text: &str) -> String {
    const BLOCKS: [(&str, &str); 2] = [("/*", "*/"), ("<!--", "-->")];
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        if let Some((_, close)) = BLOCKS.iter().find(|(open, _)| rest.starts_with(open)) {
            let end = rest.find(close).map_or(rest.len(), |at| at + close.len());
            code.extend(rest[..end].chars().filter(|c| *c == '\n'));
            rest = &rest[end..];
        } else if rest.starts_with("//") && code.chars().next_back().is_none_or(char::is_whitespace)
        {
            rest = &rest[rest.find('\n').unwrap_or(rest.len())..];
        } else {
            code.push(character);
            rest = &rest[character.len_utf8()..];
        }
    }
    code
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn faults(path: &str, text: &str) -> Vec<Fault> {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
        check(root.path()).unwrap()
    }

    #[test]
    fn only_one_file_talks_to_tauri() {
        let import = "import { invoke } from '@tauri-apps/api/core'\n";
        assert_eq!(faults(HOST, import), []);
        assert_eq!(faults("ui/src/features/today/today.ts", import).len(), 1);
    }

    #[test]
    fn only_the_spec_of_that_file_stands_in_for_tauri_and_none_imports_it() {
        let stand_in = "vi.mock('@tauri-apps/api/core', () => ({ invoke }))\n";
        let import = "import { invoke } from '@tauri-apps/api/core'\n";
        assert_eq!(faults(HOST_SPEC, stand_in), []);
        assert_eq!(faults(HOST_SPEC, &format!("{stand_in}{import}")).len(), 1);
        assert_eq!(
            faults("ui/src/features/today/today.spec.ts", stand_in).len(),
            1
        );
    }

    #[test]
    fn words_stand_in_locales() {
        assert_eq!(
            faults(
                "ui/src/locales/zh-CN.ts",
                "export default { today: '今日' }"
            ),
            []
        );
        assert_eq!(
            faults("ui/src/features/today/a.spec.ts", "expect(x).toBe('今日')"),
            []
        );
        let found = faults(
            "ui/src/features/today/Today.vue",
            "<template>\n<h1>今日</h1></template>",
        );
        assert!(found[0].what.starts_with("line 2: `今日`"), "{found:?}");
    }

    #[test]
    fn a_comment_may_be_in_any_language() {
        let text = "/* 万元 */\nconst a = 1 // 估算\n<!-- 今日\n -->";
        assert_eq!(faults("ui/src/a.ts", text), []);
    }

    #[test]
    fn words_after_an_address_are_seen() {
        assert_eq!(faults("ui/src/a.ts", "const a = 'http://x/今日'").len(), 1);
    }

    #[test]
    fn colours_stand_in_the_theme() {
        assert_eq!(
            faults("ui/src/app/theme/tokens.css", ":root { --a: #2c4a91 }"),
            []
        );
        assert_eq!(
            faults(
                "ui/src/components/Ring.vue",
                "<style>a { color: #fff }</style>"
            )
            .len(),
            1
        );
        assert_eq!(
            faults("ui/src/components/Ring.vue", "const a = '#2c4a91ff'").len(),
            1
        );
    }

    #[test]
    fn a_slot_an_entity_and_a_route_are_no_colours() {
        let text = "<template #default><a href=\"/#/visits\">&#160;</a></template>";
        assert_eq!(faults("ui/src/components/Ring.vue", text), []);
    }
}
