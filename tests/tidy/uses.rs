//! `use` trees and paths: what a name in a file stands for.

use std::collections::BTreeMap;

use proc_macro2::{Delimiter, Literal, TokenStream, TokenTree};
use syn::{spanned::Spanned, visit::Visit};

/// The names a file gives to paths, and the module we are in.
pub struct Scope {
    module: Vec<String>,
    names: BTreeMap<String, Vec<String>>,
}

impl Scope {
    /// The scope of a whole file: `src/wall/pool.rs` is `crate::wall::pool`, `src/wall/mod.rs` is `crate::wall`.
    pub fn of_file(path: &str, file: &syn::File) -> Scope {
        let inside = path.strip_prefix("src/").unwrap_or_default().trim_end_matches(".rs");
        let mut module = vec!["crate".to_owned()];
        module.extend(inside.split('/').filter(|it| !it.is_empty()).map(str::to_owned));
        if module.last().is_some_and(|it| ["lib", "main", "mod"].contains(&it.as_str())) {
            module.pop();
        }
        let mut names = Names { scope: Scope { module, names: BTreeMap::new() } };
        names.visit_file(file);
        names.scope
    }

    /// Steps into an inline module.
    pub fn enter(&mut self, name: &str) {
        self.module.push(name.to_owned());
    }

    /// Steps out of it.
    pub fn leave(&mut self) {
        self.module.pop();
    }

    /// The full path behind the parts of a path in this file.
    pub fn resolve(&self, parts: &[String]) -> Vec<String> {
        let Some((first, rest)) = parts.split_first() else { return Vec::new() };
        let start = match first.as_str() {
            "crate" | "shikiri" => vec!["crate".to_owned()],
            "self" => self.module.clone(),
            "super" => self.module[..self.module.len().saturating_sub(1).max(1)].to_vec(),
            name => self.names.get(name).cloned().unwrap_or_else(|| vec![name.to_owned()]),
        };
        start.into_iter().chain(rest.iter().cloned()).collect()
    }
}

/// Collects what `use` and `mod` call things. Scopes inside the file are not told apart: a name means one thing here.
struct Names {
    scope: Scope,
}

impl<'ast> Visit<'ast> for Names {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        let name = item.ident.to_string();
        let path = self.scope.module.iter().cloned().chain([name.clone()]).collect();
        self.scope.names.insert(name.clone(), path);
        self.scope.enter(&name);
        syn::visit::visit_item_mod(self, item);
        self.scope.leave();
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        for (_, parts, name) in flatten(&item.tree) {
            let path = self.scope.resolve(&parts);
            self.scope.names.insert(name, path);
        }
    }
}

/// Every leaf of a `use` tree: its line, its path, the name it gets.
pub fn flatten(tree: &syn::UseTree) -> Vec<(usize, Vec<String>, String)> {
    let mut leaves = Vec::new();
    go(tree, &mut Vec::new(), &mut leaves);
    return leaves;

    fn go(
        tree: &syn::UseTree,
        prefix: &mut Vec<String>,
        leaves: &mut Vec<(usize, Vec<String>, String)>,
    ) {
        let line = tree.span().start().line;
        let leaf = |last: String| prefix.iter().cloned().chain([last]).collect::<Vec<_>>();
        match tree {
            syn::UseTree::Path(it) => {
                prefix.push(it.ident.to_string());
                go(&it.tree, prefix, leaves);
                prefix.pop();
            }
            syn::UseTree::Name(it) if it.ident == "self" => {
                leaves.push((line, prefix.clone(), prefix.last().cloned().unwrap_or_default()));
            }
            syn::UseTree::Name(it) => {
                leaves.push((line, leaf(it.ident.to_string()), it.ident.to_string()))
            }
            syn::UseTree::Rename(it) => {
                leaves.push((line, leaf(it.ident.to_string()), it.rename.to_string()))
            }
            syn::UseTree::Glob(_) => leaves.push((line, leaf("*".to_owned()), "*".to_owned())),
            syn::UseTree::Group(it) => it.items.iter().for_each(|it| go(it, prefix, leaves)),
        }
    }
}

/// Every path that starts at the first of these tokens; several when it ends in `::{…}`, none when it has one part.
pub fn paths_at(tokens: &[TokenTree]) -> Vec<Vec<String>> {
    let [TokenTree::Ident(first), rest @ ..] = tokens else { return Vec::new() };
    let mut path = vec![first.to_string()];
    let mut rest = rest;
    loop {
        match rest {
            [a, b, TokenTree::Ident(next), tail @ ..] if is(a, ':') && is(b, ':') => {
                path.push(next.to_string());
                rest = tail;
            }
            [a, b, TokenTree::Group(group), ..]
                if is(a, ':') && is(b, ':') && group.delimiter() == Delimiter::Brace =>
            {
                let inside: Vec<TokenTree> = group.stream().into_iter().collect();
                let parts = inside.split(|it| is(it, ',')).map(|it| match it {
                    [TokenTree::Ident(only)] => vec![vec![only.to_string()]],
                    _ => paths_at(it),
                });
                return parts
                    .flatten()
                    .map(|it| path.iter().cloned().chain(it).collect())
                    .collect();
            }
            _ if path.len() == 1 => return Vec::new(),
            _ => return vec![path],
        }
    }
}

/// True for this punctuation.
pub fn is(tree: &TokenTree, punctuation: char) -> bool {
    matches!(tree, TokenTree::Punct(it) if it.as_char() == punctuation)
}

/// The value of a string literal.
pub fn text(literal: &Literal) -> Option<String> {
    syn::parse_str::<syn::LitStr>(&literal.to_string()).ok().map(|it| it.value())
}

/// Every string literal among these tokens, however deep.
pub fn texts(tokens: &TokenStream, found: &mut Vec<String>) {
    for tree in tokens.clone() {
        match tree {
            TokenTree::Literal(literal) => found.extend(text(&literal)),
            TokenTree::Group(group) => texts(&group.stream(), found),
            _ => (),
        }
    }
}

/// True for `#[test]`, `#[tokio::test]` and `#[cfg(test)]`.
pub fn is_for_tests(attribute: &syn::Attribute) -> bool {
    let last = attribute.path().segments.last().map(|it| it.ident.to_string());
    match &attribute.meta {
        syn::Meta::List(list) if last.as_deref() == Some("cfg") => {
            list.tokens.to_string() == "test"
        }
        _ => last.as_deref() == Some("test"),
    }
}
