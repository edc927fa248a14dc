//! A rule's own list, read as a file: so that a rule can look at it, and at planted ones.

use syn::visit::Visit;

/// A text of a list, and its line.
pub type Text = (String, usize);

/// A constant that is a list of pairs, as the texts of each half. What does not parse is an empty list.
pub fn pairs(source: &str, name: &str) -> Vec<(Vec<Text>, Vec<Text>)> {
    let Ok(file) = syn::parse_file(source) else { return Vec::new() };
    let mut finder = Tuples { name, found: Vec::new() };
    finder.visit_file(&file);
    finder.found
}

struct Tuples<'a> {
    name: &'a str,
    found: Vec<(Vec<Text>, Vec<Text>)>,
}

impl<'ast> Visit<'ast> for Tuples<'_> {
    fn visit_item_const(&mut self, item: &'ast syn::ItemConst) {
        if item.ident == self.name {
            syn::visit::visit_item_const(self, item);
        }
    }

    /// Reached through the constant alone: functions are not looked into.
    fn visit_item_fn(&mut self, _: &'ast syn::ItemFn) {}

    fn visit_expr_tuple(&mut self, pair: &'ast syn::ExprTuple) {
        if pair.elems.len() == 2 {
            self.found.push((texts(&pair.elems[0]), texts(&pair.elems[1])));
        }
    }
}

fn texts(expression: &syn::Expr) -> Vec<Text> {
    struct Texts(Vec<Text>);
    impl<'ast> Visit<'ast> for Texts {
        fn visit_lit_str(&mut self, text: &'ast syn::LitStr) {
            self.0.push((text.value(), text.span().start().line));
        }
    }
    let mut texts = Texts(Vec::new());
    texts.visit_expr(expression);
    texts.0
}
