//! Owns the grammar of amount expressions: text in, tree out, or what is wrong and where.

use rust_decimal::Decimal;

use super::{Binary, Compare, Expr};
use crate::field::{FieldId, FieldType};
use crate::number;

/// Longest expression and deepest nesting that is read.
const CHARS_MAX: usize = 2_000;
const DEPTH_MAX: usize = 64;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ExprError {
    Syntax { detail: String },
    FieldUndeclared { field: String },
    FieldNotNumber { field: String },
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Number(Decimal),
    Name(String),
    Sign(&'static str),
}

/// Reads an expression; `field` says which names are declared, and as what.
pub(crate) fn parse(
    text: &str,
    field: &dyn Fn(&str) -> Option<(FieldId, FieldType)>,
) -> Result<Expr, ExprError> {
    if text.chars().count() > CHARS_MAX {
        return Err(syntax(format!("算式超过 {CHARS_MAX} 个字符")));
    }
    let tokens = tokens(text)?;
    let mut reader = Reader {
        tokens,
        at: 0,
        depth: 0,
        field,
    };
    let expr = reader.choice()?;
    match reader.peek() {
        None => Ok(expr),
        Some(token) => Err(syntax(format!("多出了“{}”", show(token)))),
    }
}

fn syntax(detail: impl Into<String>) -> ExprError {
    ExprError::Syntax {
        detail: detail.into(),
    }
}

fn show(token: &Token) -> String {
    match token {
        Token::Number(number) => number.to_string(),
        Token::Name(name) => name.clone(),
        Token::Sign(sign) => (*sign).to_owned(),
    }
}

const SIGNS: [&str; 13] = [
    ">=", "<=", "==", "!=", ">", "<", "+", "-", "*", "/", "(", ")", ",",
];

fn tokens(text: &str) -> Result<Vec<Token>, ExprError> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, length) = if first.is_ascii_digit() || first == '.' {
            number_at(rest)?
        } else if first.is_alphabetic() || first == '_' {
            let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_'));
            let name = rest.get(..end.unwrap_or(rest.len())).unwrap_or(rest);
            (Token::Name(name.to_owned()), name.len())
        } else {
            let sign = SIGNS.into_iter().find(|sign| rest.starts_with(sign));
            let sign = sign.ok_or_else(|| syntax(format!("不认识的符号“{first}”")))?;
            (Token::Sign(sign), sign.len())
        };
        tokens.push(token);
        rest = rest.get(length..).unwrap_or("").trim_start();
    }
    Ok(tokens)
}

fn number_at(rest: &str) -> Result<(Token, usize), ExprError> {
    let bytes = rest.as_bytes();
    let mut end = bytes
        .iter()
        .take_while(|b| b.is_ascii_digit() || **b == b'.')
        .count();
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let digits = bytes
            .iter()
            .skip(end + 1 + sign)
            .take_while(|b| b.is_ascii_digit())
            .count();
        if digits > 0 {
            end += 1 + sign + digits;
        }
    }
    let text = rest.get(..end).unwrap_or(rest);
    let number = number::parse(text).ok_or_else(|| syntax(format!("“{text}”不是可用的数")))?;
    Ok((Token::Number(number), end))
}

struct Reader<'a> {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    field: &'a dyn Fn(&str) -> Option<(FieldId, FieldType)>,
}

impl Reader<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn take_sign(&mut self, signs: &[&'static str]) -> Option<&'static str> {
        match self.peek() {
            Some(Token::Sign(sign)) if signs.contains(sign) => {
                let sign = *sign;
                self.at += 1;
                Some(sign)
            }
            _ => None,
        }
    }

    fn take_word(&mut self, word: &str) -> bool {
        let met = matches!(self.peek(), Some(Token::Name(name)) if name == word);
        self.at += usize::from(met);
        met
    }

    fn expect(&mut self, sign: &'static str) -> Result<(), ExprError> {
        if self.take_sign(&[sign]).is_some() {
            return Ok(());
        }
        let found = self.peek().map_or("算式结尾".to_owned(), show);
        Err(syntax(format!("这里应为“{sign}”，却是“{found}”")))
    }

    /// `a if condition else b`, or just `a`.
    fn choice(&mut self) -> Result<Expr, ExprError> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(syntax(format!("嵌套超过 {DEPTH_MAX} 层")));
        }
        let then = self.comparison()?;
        let expr = if self.take_word("if") {
            let condition = Box::new(self.comparison()?);
            if !self.take_word("else") {
                return Err(syntax("有 if 而没有 else，写法是 a if 条件 else b"));
            }
            let otherwise = Box::new(self.choice()?);
            Expr::If {
                condition,
                then: Box::new(then),
                otherwise,
            }
        } else {
            then
        };
        self.depth -= 1;
        Ok(expr)
    }

    fn comparison(&mut self) -> Result<Expr, ExprError> {
        const COMPARISONS: [&str; 6] = [">=", "<=", "==", "!=", ">", "<"];
        let left = self.sum()?;
        let operator = match self.take_sign(&COMPARISONS) {
            None => return Ok(left),
            Some(">=") => Compare::AtLeast,
            Some(">") => Compare::Above,
            Some("<=") => Compare::AtMost,
            Some("<") => Compare::Below,
            Some("==") => Compare::Equal,
            Some(_) => Compare::Unequal,
        };
        let right = self.sum()?;
        if self.take_sign(&COMPARISONS).is_some() {
            return Err(syntax("比较不能连写，请用括号或 if 分开"));
        }
        Ok(Expr::Compare(operator, Box::new(left), Box::new(right)))
    }

    fn sum(&mut self) -> Result<Expr, ExprError> {
        let mut left = self.product()?;
        while let Some(sign) = self.take_sign(&["+", "-"]) {
            let operator = if sign == "+" {
                Binary::Plus
            } else {
                Binary::Minus
            };
            left = Expr::Binary(operator, Box::new(left), Box::new(self.product()?));
        }
        Ok(left)
    }

    fn product(&mut self) -> Result<Expr, ExprError> {
        let mut left = self.signed()?;
        while let Some(sign) = self.take_sign(&["*", "/"]) {
            let operator = if sign == "*" {
                Binary::Times
            } else {
                Binary::Over
            };
            left = Expr::Binary(operator, Box::new(left), Box::new(self.signed()?));
        }
        Ok(left)
    }

    fn signed(&mut self) -> Result<Expr, ExprError> {
        let mut negative = false;
        while let Some(sign) = self.take_sign(&["+", "-"]) {
            negative ^= sign == "-";
        }
        let atom = self.atom()?;
        Ok(if negative {
            let zero = Box::new(Expr::Number(Decimal::ZERO));
            Expr::Binary(Binary::Minus, zero, Box::new(atom))
        } else {
            atom
        })
    }

    fn atom(&mut self) -> Result<Expr, ExprError> {
        let Some(token) = self.peek().cloned() else {
            return Err(syntax("算式不完整"));
        };
        self.at += 1;
        match token {
            Token::Number(number) => Ok(Expr::Number(number)),
            Token::Sign("(") => {
                let inner = self.choice()?;
                self.expect(")")?;
                Ok(inner)
            }
            Token::Sign(sign) => Err(syntax(format!("“{sign}”前面或后面缺了东西"))),
            Token::Name(name) if name == "if" || name == "else" => {
                Err(syntax(format!("“{name}”的位置不对")))
            }
            Token::Name(name) => {
                if self.take_sign(&["("]).is_some() {
                    return self.call(&name);
                }
                match (self.field)(&name) {
                    None => Err(ExprError::FieldUndeclared { field: name }),
                    Some((id, kind)) if kind.is_numeric() || kind == FieldType::Bool => {
                        Ok(Expr::Field(id))
                    }
                    Some(_) => Err(ExprError::FieldNotNumber { field: name }),
                }
            }
        }
    }

    fn call(&mut self, name: &str) -> Result<Expr, ExprError> {
        let wrap = match name {
            "min" => Expr::Least,
            "max" => Expr::Greatest,
            _ => return Err(syntax(format!("没有函数 {name}，只有 min 和 max"))),
        };
        let mut parts = vec![self.choice()?];
        while self.take_sign(&[","]).is_some() {
            parts.push(self.choice()?);
        }
        self.expect(")")?;
        if parts.len() < 2 {
            return Err(syntax(format!("{name} 至少要两个数")));
        }
        Ok(wrap(parts))
    }
}
