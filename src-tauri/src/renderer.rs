//! Owns how the engine draws on Linux: in plain memory, not over the graphics card's buffers.
//!
//! Pages of text and forms gain nothing from the card. Without its buffers the window takes two thirds of the
//! memory and less time to draw, and the blank windows that some drivers are known for can't happen.

/// WebKitGTK reads this when it starts; whoever has set it has chosen.
const DISABLE_BUFFERS: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";

/// Makes the choice, unless it was made. To be called before there is a second thread.
pub(crate) fn choose() -> Result<(), glib::BoolError> {
    if std::env::var_os(DISABLE_BUFFERS).is_some() {
        return Ok(());
    }
    glib::setenv(DISABLE_BUFFERS, "1", true)
}
