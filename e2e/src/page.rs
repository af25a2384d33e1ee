//! Looking at the page and acting on it as a person does, by the names (`data-testid`) that ui/README.md lists.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use fantoccini::elements::Element;
use fantoccini::{Client, Locator};
use serde_json::{Value, json};

use crate::until::{LONGEST, until};

/// The engine makes its picture when it next draws, and a page at rest draws no more: a dot that nobody sees keeps it
/// drawing.
const STIR: &str = "const dot = document.createElement('i');
    dot.id = 'stir';
    dot.style.cssText = 'position: fixed; right: 0; bottom: 0; width: 1px; height: 1px';
    document.documentElement.append(dot);
    const colours = { backgroundColor: ['transparent', 'rgb(0 0 0 / 1%)'] };
    dot.animate(colours, { duration: 1000, iterations: Infinity })";
const SETTLE: &str = "document.getElementById('stir').remove()";

/// The page of an open window.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    client: &'a Client,
}

impl<'a> Page<'a> {
    /// The page behind `client`.
    #[must_use]
    pub fn of(client: &'a Client) -> Self {
        Self { client }
    }

    /// Waits until something named `name` is on the page and visible.
    ///
    /// # Errors
    /// It never is; the error says what the page shows instead.
    pub async fn see(&self, name: &str) -> Result<Element> {
        let css = selector(name);
        let seen = until(&format!("{name} on the page"), LONGEST, async || {
            let Some(place) = self.first_visible(&css).await? else {
                return Ok(None);
            };
            // The page may be drawn anew between the two calls; then it is looked up again.
            Ok(self
                .client
                .find_all(Locator::Css(&css))
                .await?
                .into_iter()
                .nth(place))
        })
        .await;
        match seen {
            Ok(element) => Ok(element),
            Err(error) => Err(error.context(format!("the page shows: {}", self.all_text().await?))),
        }
    }

    /// Clears the field named `name` and types `text`.
    ///
    /// # Errors
    /// There is no such field.
    pub async fn type_anew(&self, name: &str, text: &str) -> Result<()> {
        // Control-A and typing is what a person does; WebDriver's own clear does not reach the page's model.
        self.type_into(name, "\u{e009}a\u{e000}").await?;
        self.type_into(name, text).await
    }

    /// Asks the host behind the page, past the screen; for what no screen shows, such as how far a draft is saved.
    ///
    /// # Errors
    /// The window does not answer; a refusal of the host is the answer.
    pub async fn host(&self, command: &str, arguments: Value) -> Result<Value> {
        let script = "const [command, args, done] = arguments;
            window.__TAURI_INTERNALS__.invoke(command, { args }).then(done, done)";
        Ok(self
            .client
            .execute_async(script, vec![json!(command), arguments])
            .await?)
    }

    /// Drops a file on the page, given in base64, as from the desktop.
    ///
    /// # Errors
    /// The window does not answer.
    pub async fn drop_file(&self, name: &str, base64: &str) -> Result<()> {
        let script = "const [name, data] = arguments;
            const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
            const dataTransfer = new DataTransfer();
            dataTransfer.items.add(new File([bytes], name));
            document.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }))";
        self.client
            .execute(script, vec![json!(name), json!(base64)])
            .await?;
        Ok(())
    }

    /// Chooses the file at `path` in the file field named `name`, as the system's dialog does.
    ///
    /// # Errors
    /// There is no such field.
    pub async fn choose_file(&self, name: &str, path: &str) -> Result<()> {
        self.see(name).await?.send_keys(path).await?;
        Ok(())
    }

    /// What an expression of the page comes to, as a whole number; 0 if it is none.
    ///
    /// # Errors
    /// The window does not answer.
    pub async fn number(&self, expression: &str) -> Result<u64> {
        let answer = self
            .client
            .execute(&format!("return {expression}"), Vec::new())
            .await?;
        Ok(answer.as_u64().unwrap_or(0))
    }

    /// Whether something named `name` is on the page now.
    ///
    /// # Errors
    /// The window does not answer.
    pub async fn has(&self, name: &str) -> Result<bool> {
        Ok(!self
            .client
            .find_all(Locator::Css(&selector(name)))
            .await?
            .is_empty())
    }

    /// Clicks the first thing named `name`, once it is there and takes clicks.
    ///
    /// # Errors
    /// It never does.
    pub async fn click(&self, name: &str) -> Result<()> {
        let what = format!("{name} to take a click");
        until(&what, LONGEST, async || {
            let element = self.see(name).await?;
            let enabled = element.is_enabled().await.unwrap_or(false);
            Ok((enabled && element.click().await.is_ok()).then_some(()))
        })
        .await
    }

    /// Types `text` into the field named `name`, keystroke by keystroke.
    ///
    /// # Errors
    /// There is no such field.
    pub async fn type_into(&self, name: &str, text: &str) -> Result<()> {
        let element = self.see(name).await?;
        let field = match element.tag_name().await?.as_str() {
            "input" | "textarea" => element,
            _ => element
                .find(Locator::Css("input, textarea"))
                .await
                .with_context(|| format!("{name} holds no field"))?,
        };
        field.send_keys(text).await?;
        Ok(())
    }

    /// What the field named `name` holds.
    ///
    /// # Errors
    /// There is no such field.
    pub async fn value(&self, name: &str) -> Result<String> {
        self.see(name).await?;
        let script = "const e = document.querySelector(arguments[0]);
            return (e.matches('input, textarea') ? e : e.querySelector('input, textarea')).value";
        self.ask(script, &selector(name)).await
    }

    /// What the first thing named `name` says. WebDriver's own text is empty for cells of tables, so a script reads it.
    ///
    /// # Errors
    /// There is no such thing.
    pub async fn text(&self, name: &str) -> Result<String> {
        self.see(name).await?;
        self.ask(
            "const e = document.querySelector(arguments[0]); return e ? e.innerText : ''",
            &selector(name),
        )
        .await
    }

    /// Waits until the first thing named `name` says something in which `holds` finds what it looks for.
    ///
    /// # Errors
    /// It never does; the error says what stood there last.
    pub async fn text_where(
        &self,
        name: &str,
        what: &str,
        holds: impl Fn(&str) -> bool,
    ) -> Result<String> {
        let mut last = String::new();
        let found = until(&format!("{name} to say {what}"), LONGEST, async || {
            last = self.text(name).await?;
            Ok(holds(&last).then(|| last.clone()))
        })
        .await;
        found.with_context(|| format!("{name} says: {last}"))
    }

    /// Waits until nothing named `name` is left.
    ///
    /// # Errors
    /// It stays.
    pub async fn gone(&self, name: &str) -> Result<()> {
        until(&format!("{name} to go away"), LONGEST, async || {
            Ok((!self.has(name).await?).then_some(()))
        })
        .await
    }

    /// Everything the page says, for a report of what went wrong.
    ///
    /// # Errors
    /// The window does not answer.
    pub async fn all_text(&self) -> Result<String> {
        self.ask("return document.body.innerText", "").await
    }

    /// Draws the page into a PNG.
    ///
    /// # Errors
    /// The window does not answer, or the file cannot be written.
    pub async fn draw(&self, file: &Path) -> Result<()> {
        // What stands in the document may not be painted yet: the second frame after now shows it.
        let painted = "const done = arguments[0];
            requestAnimationFrame(() => requestAnimationFrame(() => done(true)))";
        self.client.execute_async(painted, Vec::new()).await?;
        self.client.execute(STIR, Vec::new()).await?;
        let png = self.client.screenshot().await?;
        self.client.execute(SETTLE, Vec::new()).await?;
        fs::write(file, png).with_context(|| file.display().to_string())
    }

    /// Which of the elements that `css` selects is the first to take up room. WebDriver's own notion of being displayed
    /// denies it to text that is cut off at its box.
    async fn first_visible(&self, css: &str) -> Result<Option<usize>> {
        let script = "return [...document.querySelectorAll(arguments[0])].findIndex(
            (e) => e.getClientRects().length > 0 && getComputedStyle(e).visibility === 'visible')";
        let place = self.client.execute(script, vec![json!(css)]).await?;
        Ok(place.as_u64().and_then(|place| usize::try_from(place).ok()))
    }

    async fn ask(&self, script: &str, argument: &str) -> Result<String> {
        let answer = self.client.execute(script, vec![json!(argument)]).await?;
        Ok(match answer {
            Value::String(text) => text,
            other => other.to_string(),
        })
    }
}

/// `name`, or `name[attribute="value"]` where the state of the thing matters. What begins with a dot is CSS: a class of a
/// part that a library draws, such as the button of a box that asks.
fn selector(name: &str) -> String {
    if name.starts_with('.') {
        return name.to_owned();
    }
    let (name, state) = name.find('[').map_or((name, ""), |at| name.split_at(at));
    format!("[data-testid=\"{name}\"]{state}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_carry_a_state() {
        assert_eq!(selector("receipt"), r#"[data-testid="receipt"]"#);
        assert_eq!(
            selector(r#"error[data-code="code_used"]"#),
            r#"[data-testid="error"][data-code="code_used"]"#
        );
    }

    #[test]
    fn a_name_that_begins_with_a_dot_is_a_class() {
        assert_eq!(selector(".admin-yes"), ".admin-yes");
    }
}
