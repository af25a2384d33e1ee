//! Owns the terminal's words: one plain Chinese message a code, saying what happened and what to do.
//!
//! Elsewhere: the codes (`qilian-app`, `qilian-domain`, the server), the window's words (`ui/src/locales`).

use serde_json::Value;

/// The message of a code.
pub(crate) fn message(code: &str, details: &Value) -> String {
    let text = |key: &str| match details.get(key) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Null) | None => String::new(),
        Some(other) => other.to_string(),
    };
    connection(code, &text)
        .or_else(|| device(code))
        .or_else(|| store(code, &text))
        .or_else(|| rule(code, &text))
        .or_else(|| file(code, &text))
        .or_else(|| argument(code, details, &text))
        .or_else(|| credit_code(code).map(ToOwned::to_owned))
        .unwrap_or_else(|| format!("出错了（{code}）。请把这个代码告诉管理员。{}", text("why")))
}

/// The way to the server.
fn connection(code: &str, text: &impl Fn(&str) -> String) -> Option<String> {
    let server = text("server");
    Some(match code {
        "server_unreachable" => {
            format!("连不上服务器 {server}。已记的内容都在本机，联网后再运行一次即可。")
        }
        "certificate_invalid" => {
            format!(
                "{server} 的证书无效，为安全没有连接。请核对网址和本机时间，或请管理员检查证书。"
            )
        }
        "not_a_qilian_server" => format!(
            "{server} 不是企联服务器。若网络要先登录（如宾馆、机场），请登录后再试；否则请核对网址。"
        ),
        "server_url_invalid" => {
            format!("服务器地址“{server}”不对，应写成 https://… 或 http://…。")
        }
        "server_busy" => "服务器正忙，什么也没有改变。请稍后再试。".to_owned(),
        "server_failed" => {
            "服务器出错，什么也没有改变。请稍后再试，仍不行请告诉管理员。".to_owned()
        }
        "server_refused" => format!(
            "服务器拒绝了（{}），本机版本可能太旧。请升级后再试。",
            text("code")
        ),
        "reply_unreadable" => {
            "服务器的回答读不懂，可能传输中断。请再试一次，仍不行请升级。".to_owned()
        }
        "message_unreadable" => "服务器读不懂本机发的内容。请升级到最新版本后再试。".to_owned(),
        "message_too_large" => "一次发送的内容太大，服务器没有收。请告诉管理员。".to_owned(),
        "not_found" => "没有找到。可能已被别人处理，请刷新后再看。".to_owned(),
        "protocol_unsupported" => "本机版本与服务器不能通信。请升级；已记的内容不会丢。".to_owned(),
        _ => return None,
    })
}

/// What the server says of a code or a device.
fn device(code: &str) -> Option<String> {
    let message = match code {
        "code_unknown" => "没有这个登记码。请核对后重新输入，或请管理员再发一个。",
        "code_expired" => "登记码已过期。请管理员再发一个。",
        "code_used" => "登记码已用过，每个只能用一次。请管理员再发一个。",
        "too_many_tries" => "试得太多了。请过几分钟再试。",
        "token_unknown" => "服务器不认得本机。已记的内容都在本机，请联系管理员。",
        "user_leaving" => "你已办理离岗：写下的照常上传，区里不再给这台电脑资料。",
        "device_suspended" => {
            "本机已被暂停。已记的内容不会丢，送到区里的先放着，请联系管理员恢复。"
        }
        "device_revoked" => {
            "本机的登记已被撤销。已记的内容都在本机；没上传的用 qilian export 目录 导出，交给管理员。"
        }
        "device_wipe" => "本机已被要求清除。请联系管理员。",
        "fork_detected" => {
            "本机的数据被复制到了别的电脑。写下的都在；再同步一次，本机会单独登记，接着上传。"
        }
        "epoch_changed" => {
            "服务器上的数据被换过，和本机对不上，已停止同步。已记的内容都在本机，请联系管理员。"
        }
        "gap" => "服务器缺少本机较早的内容，不能继续。请联系管理员。",
        _ => return None,
    };
    Some(message.to_owned())
}

/// Key, store, files.
fn store(code: &str, text: &impl Fn(&str) -> String) -> Option<String> {
    Some(match code {
        "key_store_missing" => "本机没有可用的系统密钥库，也没有给口令，数据不会以明文存放。请用 \
             --passphrase-file 文件 或 QILIAN_PASSPHRASE 给一个口令。"
            .to_owned(),
        "key_store_empty" => {
            "系统密钥库里没有打开本机数据的密钥，数据可能是从别处复制来的。请在原来的电脑上使用，或重新登记。"
                .to_owned()
        }
        "passphrase_wrong" => "口令不对。请核对后再试；数据没有改变。".to_owned(),
        "passphrase_needed" => {
            "要有口令才能打开。请用 --passphrase-file 文件 或 QILIAN_PASSPHRASE 给出。".to_owned()
        }
        "passphrase_empty" => "口令是空的。请写一个口令。".to_owned(),
        "laptop_wiped" => "区里要求清除本机资料，已经清除。要继续使用，请区里再发一个登记码。".to_owned(),
        "export_key_missing" => "本机还没有收到导出要用的密钥：区里的服务器要先升级，本机再同步一次。没有导出任何内容。".to_owned(),
        "lease_over" => "本机太久没有同步，资料先锁上了。请先运行 qilian sync；记走访不受影响。".to_owned(),
        "not_enrolled" => "本机还没有登记。请先运行 qilian enrol。".to_owned(),
        "already_enrolled" => {
            "这个文件夹里已有登记好的数据，不会覆盖。要另行登记，请换一个 --home。".to_owned()
        }
        "store_newer" => "数据是更新版本的程序写的。请升级程序；数据没有改变。".to_owned(),
        "store_corrupt" => format!(
            "本机数据已损坏，打不开。请不要删除，把整个文件夹交给管理员。（{}）",
            text("why")
        ),
        "disk_full" => "磁盘已满，没有写入。请腾出空间后再试；已记的内容都在。".to_owned(),
        "store_busy" => "另一个程序正在写本机数据。请稍后再试。".to_owned(),
        "store_unopenable" => format!("打不开本机数据：{}。请检查文件夹权限。", text("why")),
        "store_failed" => format!("本机数据出错，没有写入：{}。请告诉管理员。", text("why")),
        "home_unusable" => format!(
            "文件夹用不了：{}（{}）。请检查路径和权限。",
            text("what"),
            text("why")
        ),
        "home_missing" => "没有说数据在哪个文件夹。请加 --home 文件夹，或设 QILIAN_HOME。".to_owned(),
        "file_unreadable" => format!("读不了文件 {}：{}。请核对。", text("file"), text("why")),
        "row_unusable" => format!("{}不能用：{}。请升级程序，或告诉管理员。", text("what"), text("why")),
        "internal" => format!("程序出错：{}。请告诉管理员。", text("why")),
        _ => return None,
    })
}

/// The programme's rules.
fn rule(code: &str, text: &impl Fn(&str) -> String) -> Option<String> {
    Some(match code {
        "visit_in_future" => format!("走访日期 {} 还没有到。请改成今天或以前。", text("on")),
        "week_in_future" => format!("{} 还没有开始，不能上报。", text("week")),
        "enterprise_unknown" => {
            format!("本机没有企业 {}。请核对代码，或先同步。", text("id"))
        }
        "user_unknown" => format!("没有用户 {}。请核对编号，或先同步。", text("id")),
        "demand_unknown" => format!("这家企业没有诉求 {}。请核对编号。", text("id")),
        "promise_unknown" => format!("这家企业没有这件答应的事（{}）。", text("id")),
        "outcome_unknown" => format!(
            "没有被退回的内容 {}。用 qilian rejected 查看编号。",
            text("id")
        ),
        "id_taken" => "同一编号的内容已经有了，没有重复记。".to_owned(),
        "scope_lost" => {
            "这家企业已不由您挂点，内容没有被采用，仍保留在本机。请联系现在的负责单位。".to_owned()
        }
        "not_yours" => "这不是您的内容，不能改。".to_owned(),
        "role_missing" => "您的岗位没有这项权限。请联系管理员。".to_owned(),
        "depends_on_rejected" => "它所依据的前一条内容被退回了。请先处理那一条。".to_owned(),
        "command_unreadable" => "程序版本不一致，内容读不懂。请升级后再试。".to_owned(),
        "quarantined" => "服务器办这一条时出了错，先放在一边。请联系管理员。".to_owned(),
        "waiting" => {
            "区里的服务器恢复过备份，这一条等它所依据的内容先送到，到了就自动办。".to_owned()
        }
        "too_late" => "送到时这家企业换人已经超过 35 天，区里先放着。请联系管理员放行。".to_owned(),
        "sent_while_suspended" => {
            "这一条是电脑被暂停时送到的，区里先放着。请联系管理员放行。".to_owned()
        }
        "mutation_unreadable" => {
            "服务器读不懂这一条，没有采用；原文还在。请联系管理员。".to_owned()
        }
        "text_too_long" => format!(
            "{}太长，最多 {} 字。请删短。",
            argument_name(&text("field")),
            text("limit")
        ),
        "text_missing" => format!("{}是空的。请填写。", argument_name(&text("field"))),
        "calendar_missing" => format!(
            "没有 {} 年的放假安排，不能推算。请等区里导入后同步。",
            text("year")
        ),
        "library_missing" => "本机还没有政策库。请先同步；仍没有请告诉管理员。".to_owned(),
        _ => return None,
    })
}

/// Files of visits.
fn file(code: &str, text: &impl Fn(&str) -> String) -> Option<String> {
    Some(match code {
        "visit_unknown" => format!("没有走访 {}。请核对编号，或先同步。", text("id")),
        "attachment_unknown" => "没有这个附件，或者已经删掉了。".to_owned(),
        "file_empty" => "文件是空的。请换一个。".to_owned(),
        "file_too_large" => format!(
            "文件太大（{} 字节），这类文件最多 {} 字节。请压缩或分开。",
            text("size_bytes"),
            text("limit")
        ),
        "file_type_unsupported" => format!("不收这种文件（{}）。可以是照片、录音、视频、PDF、OFD、Word、Excel、WPS。", text("mime")),
        "file_name_unusable" => "文件名不能用。请改名后再加。".to_owned(),
        "thumbnail_unreadable" => "缩略图读不了。请告诉管理员。".to_owned(),
        "photo_heic_unsupported" => {
            "不收 HEIC 照片：里面的位置去不掉，别的电脑也看不了。请存成 JPEG 再加（苹果手机：设置 → 相机 → 格式 → 兼容性最佳）。".to_owned()
        }
        "photo_unreadable" => "这不是能看的照片，可能没有存完整。请换一个文件。".to_owned(),
        "file_changed" => "文件在读的时候变了。请等它存完再加。".to_owned(),
        "file_damaged" => "本机的这份文件坏了。若原件还在，请删掉附件重新加。".to_owned(),
        "file_not_there" => "文件还没有传到区里，或者不在了。请等加它的人联网，或问问管理员。".to_owned(),
        "server_disk_full" => "服务器的磁盘满了，附件稍后自动再传。请告诉管理员。".to_owned(),
        _ => return None,
    })
}

/// What was written.
fn argument(code: &str, details: &Value, text: &impl Fn(&str) -> String) -> Option<String> {
    Some(match code {
        "usage" => "命令写得不对。用 qilian --help 查看用法。".to_owned(),
        "clock_unreadable" => format!(
            "QILIAN_NOW 的值“{}”不是带时差的时刻，应写成 2026-11-20T10:00:00+08:00。",
            text("now")
        ),
        "field_unknown" | "value_wrong_type" | "facts_not_map"
            if details.get("errors").is_some() =>
        {
            facts(details)
        }
        "field_unknown" => format!(
            "没有名为 {} 的字段。请核对政策库里的字段名。",
            text("field")
        ),
        "value_unreadable" | "value_wrong_type" => {
            format!("字段 {} 的值不对。请核对类型和单位。", text("field"))
        }
        "argument_invalid" => format!("{} 不对：{}。", text("field"), text("why")),
        "policy_refused" => {
            let count = details
                .get("errors")
                .and_then(Value::as_array)
                .map_or(0, Vec::len);
            format!("政策文件有 {count} 处错误，没有采用。请按所列文件和行号改正。")
        }
        _ => return None,
    })
}

/// Facts that a library does not take, a sentence each.
fn facts(details: &Value) -> String {
    let errors = details.get("errors").and_then(Value::as_array);
    errors
        .into_iter()
        .flatten()
        .map(|error| {
            let of = |key: &str| error.get(key).and_then(Value::as_str).unwrap_or_default();
            match of("code") {
                "field_unknown" => format!("没有名为 {} 的字段。", of("field")),
                "facts_not_map" => "事实应写成 {\"字段\": 值} 的形式。".to_owned(),
                _ => format!(
                    "字段 {}（{}）的值“{}”不对，应为{}。",
                    of("field"),
                    of("label"),
                    of("given"),
                    of("expected")
                ),
            }
        })
        .collect()
}

/// What is wrong with a unified social credit code, or worth a look.
fn credit_code(code: &str) -> Option<&'static str> {
    Some(match code {
        "uscc_missing" => "没有填写统一社会信用代码。",
        "uscc_length" => "不是 18 位。",
        "uscc_symbol" => "有不该出现的字符（代码里没有 I、O、S、V、Z）。",
        "uscc_check_digit" => "校验位不符，可能抄错了一位。",
        "code_repaired" => "已去掉空格，统一成半角大写。",
        "code_inner_check" => "其中组织机构代码的校验位不符，可以使用，建议核对。",
        _ => return None,
    })
}

/// What the terminal calls an argument.
fn argument_name(field: &str) -> &str {
    match field {
        "note" => "走访记录",
        "demand" => "诉求",
        "promise" => "答应的事",
        "met" => "见了谁",
        "field" => "字段名",
        "source_note" => "来源说明",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_code_that_is_not_known_here_is_named_and_not_hidden() {
        assert!(message("something_new", &json!({})).contains("something_new"));
    }

    #[test]
    fn facts_of_the_error_stand_in_the_sentence() {
        let told = message("visit_in_future", &json!({ "on": "2026-12-01" }));
        assert!(told.contains("2026-12-01"), "{told}");
        let told = message("calendar_missing", &json!({ "year": 2027 }));
        assert!(told.contains("2027"), "{told}");
    }
}
