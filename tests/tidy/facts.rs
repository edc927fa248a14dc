//! What one Rust file says: the paths it names, the macros it calls, its texts, its functions. Read from its syntax,
//! so that a word in a comment is not a use, and a use inside a macro is one.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::{spanned::Spanned, visit::Visit};

use crate::uses::{self, Scope};

/// A thing and where it stands.
#[derive(Debug, Clone)]
pub struct At<T> {
    /// From 1.
    pub line: usize,
    /// Inside `#[cfg(test)]`, `#[test]` or a file `tests.rs`.
    pub test: bool,
    /// The thing.
    pub it: T,
}

/// A macro call.
#[derive(Debug, Clone)]
pub struct Call {
    /// The last part of its name.
    pub name: String,
    /// The string literals among its arguments, in order.
    pub texts: Vec<String>,
    /// All its arguments, as they are written but for white space.
    pub text: String,
}

/// A function, and how many lines it takes.
#[derive(Debug, Clone)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// From the signature to the closing brace.
    pub lines: usize,
}

/// Everything the rules ask of a Rust file.
#[derive(Debug, Default)]
pub struct Facts {
    /// Every path, resolved as far as the file itself allows: `["crate", "wall", "Pool"]`, `["std", "env", "var"]`.
    pub paths: Vec<At<Vec<String>>>,
    /// Every macro call, inside other macros too.
    pub macros: Vec<At<Call>>,
    /// Every string literal but doc comments.
    pub texts: Vec<At<String>>,
    /// Every `.name(` call.
    pub methods: Vec<At<String>>,
    /// Every function with a body.
    pub functions: Vec<At<Function>>,
    /// Every `super::super`.
    pub grandparents: Vec<usize>,
    /// The paths in the value of each constant, by the constant's name.
    pub constants: Vec<(String, Vec<Vec<String>>)>,
}

impl Facts {
    /// Reads a file. The error says where it does not parse.
    pub fn read(path: &str, text: &str) -> Result<Facts, String> {
        let file = syn::parse_file(text)
            .map_err(|it| format!("does not parse at line {}: {it}", it.span().start().line))?;
        let mut reader = Reader {
            scope: Scope::of_file(path, &file),
            facts: Facts::default(),
            test: path.ends_with("/tests.rs"),
        };
        reader.visit_file(&file);
        Ok(reader.facts)
    }
}

struct Reader {
    scope: Scope,
    facts: Facts,
    test: bool,
}

impl Reader {
    fn at<T>(&self, line: usize, it: T) -> At<T> {
        At { line, test: self.test, it }
    }

    fn path(&mut self, line: usize, parts: &[String]) {
        if parts.windows(2).any(|it| it[0] == "super" && it[1] == "super") {
            self.facts.grandparents.push(line);
        }
        let path = self.scope.resolve(parts);
        self.facts.paths.push(self.at(line, path));
    }

    fn call(&mut self, line: usize, name: String, tokens: &TokenStream) {
        let mut texts = Vec::new();
        uses::texts(tokens, &mut texts);
        self.facts.macros.push(self.at(line, Call { name, texts, text: tokens.to_string() }));
        self.tokens(tokens.clone());
    }

    /// The inside of a macro: not yet Rust, so read word by word.
    fn tokens(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        for (at, tree) in tokens.iter().enumerate() {
            let line = tree.span().start().line;
            let before = at.checked_sub(1).map(|it| &tokens[it]);
            match tree {
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Literal(literal) => {
                    if let Some(text) = uses::text(literal) {
                        self.facts.texts.push(self.at(line, text));
                    }
                }
                TokenTree::Ident(name) if before.is_some_and(|it| uses::is(it, '.')) => {
                    self.facts.methods.push(self.at(line, name.to_string()));
                }
                TokenTree::Ident(_) if before.is_none_or(|it| !uses::is(it, ':')) => {
                    for path in uses::paths_at(&tokens[at..]) {
                        self.path(line, &path);
                    }
                }
                _ => (),
            }
            if let [TokenTree::Ident(name), bang, TokenTree::Group(group), ..] = &tokens[at..]
                && uses::is(bang, '!')
                && group.delimiter() != Delimiter::None
            {
                self.call(line, name.to_string(), &group.stream());
            }
        }
    }

    fn function(&mut self, sig: &syn::Signature, block: &syn::Block) {
        let (first, last) = (sig.span().start().line, block.span().end().line);
        let function = Function { name: sig.ident.to_string(), lines: last + 1 - first };
        self.facts.functions.push(self.at(first, function));
    }

    fn constant(&mut self, name: &syn::Ident, value: &syn::Expr) {
        struct Paths(Vec<Vec<String>>);
        impl Visit<'_> for Paths {
            fn visit_path(&mut self, path: &syn::Path) {
                self.0.push(path.segments.iter().map(|it| it.ident.to_string()).collect());
                syn::visit::visit_path(self, path);
            }
        }
        let mut paths = Paths(Vec::new());
        paths.visit_expr(value);
        let paths = paths.0.iter().map(|it| self.scope.resolve(it)).collect();
        self.facts.constants.push((name.to_string(), paths));
    }

    fn within(&mut self, attrs: &[syn::Attribute], visit: impl FnOnce(&mut Reader)) {
        let outer = self.test;
        self.test |= attrs.iter().any(uses::is_for_tests);
        visit(self);
        self.test = outer;
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        self.within(&item.attrs, |it| {
            it.scope.enter(&item.ident.to_string());
            syn::visit::visit_item_mod(it, item);
            it.scope.leave();
        });
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.within(&item.attrs, |it| {
            for (line, parts, _) in uses::flatten(&item.tree) {
                it.path(line, &parts);
            }
        });
    }

    fn visit_item_extern_crate(&mut self, item: &'ast syn::ItemExternCrate) {
        self.path(item.ident.span().start().line, &[item.ident.to_string()]);
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.within(&item.attrs, |it| {
            it.function(&item.sig, &item.block);
            syn::visit::visit_item_fn(it, item);
        });
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.within(&item.attrs, |it| {
            it.function(&item.sig, &item.block);
            syn::visit::visit_impl_item_fn(it, item);
        });
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        if let Some(block) = &item.default {
            self.function(&item.sig, block);
        }
        syn::visit::visit_trait_item_fn(self, item);
    }

    fn visit_item_const(&mut self, item: &'ast syn::ItemConst) {
        self.constant(&item.ident, &item.expr);
        syn::visit::visit_item_const(self, item);
    }

    fn visit_item_static(&mut self, item: &'ast syn::ItemStatic) {
        self.constant(&item.ident, &item.expr);
        syn::visit::visit_item_static(self, item);
    }

    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        if attribute.path().is_ident("doc") {
            return;
        }
        if let syn::Meta::List(list) = &attribute.meta {
            self.tokens(list.tokens.clone());
        }
        syn::visit::visit_attribute(self, attribute);
    }

    /// `pub(crate)` uses nothing.
    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {}

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let parts: Vec<String> = path.segments.iter().map(|it| it.ident.to_string()).collect();
        self.path(path.span().start().line, &parts);
        syn::visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, item: &'ast syn::Macro) {
        let name = item.path.segments.last().map(|it| it.ident.to_string()).unwrap_or_default();
        self.call(item.path.span().start().line, name, &item.tokens);
        syn::visit::visit_macro(self, item);
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        let line = call.method.span().start().line;
        self.facts.methods.push(self.at(line, call.method.to_string()));
        syn::visit::visit_expr_method_call(self, call);
    }

    fn visit_lit_str(&mut self, text: &'ast syn::LitStr) {
        self.facts.texts.push(self.at(text.span().start().line, text.value()));
    }
}
