import type {
  AnonymousClassDeclaration,
  AnonymousFunctionDeclaration,
  AnyNode,
  ArrowFunctionExpression,
  ClassDeclaration,
  ClassExpression,
  Expression,
  FunctionDeclaration,
  FunctionExpression,
  Pattern,
  Statement,
} from 'acorn';

/** A function in acorn's tree. @internal */
export type FunctionNode = FunctionExpression | ArrowFunctionExpression;

/**
 * A use of a name that comes from outside. What else ties code to its place counts as a name too: `super`, `#x`, `arguments`,
 * `import.meta`, and `import` for `import(…)`.
 *
 * @internal
 */
export interface FreeName {
  readonly name: string;
  readonly node: AnyNode;
  /** What the name is a part of. */
  readonly parent: AnyNode;
}

/**
 * The free names of an expression, as strict code, in the order of the text; a name as often as it is used.
 *
 * ```
 * function area(r) { const square = r * r; return PI * square; }      PI
 * ```
 *
 * Two passes: the first one walks the tree, makes a scope where the language makes one, declares names, and notes each use
 * with its scope; the second one looks the uses up. So it does not matter that a `var` or a function is declared after its use.
 *
 * @internal
 */
export function freeNames(expression: Expression): FreeName[] {
  const outside = new Scope(null, true);
  const walk = new Walk();
  walk.visit(expression, outside, expression);
  return walk.uses
    .filter(({ use, scope }) => !scope.has(use.name))
    .map(({ use }) => use)
    .sort((one, other) => one.node.start - other.node.start);
}

class Scope {
  readonly #names = new Set<string>();
  readonly #parent: Scope | null;
  /** Where a `var` of this scope is declared. */
  readonly #home: Scope;

  constructor(parent: Scope | null, isHome = false) {
    this.#parent = parent;
    this.#home = isHome || parent === null ? this : parent.#home;
  }

  declare(name: string): void {
    this.#names.add(name);
  }

  declareVar(name: string): void {
    this.#home.declare(name);
  }

  has(name: string): boolean {
    return this.#names.has(name) || (this.#parent?.has(name) ?? false);
  }
}

type Declare = (name: string) => void;

class Walk {
  readonly uses: { readonly use: FreeName; readonly scope: Scope }[] = [];

  #use(name: string, node: AnyNode, parent: AnyNode, scope: Scope): void {
    this.uses.push({ use: { name, node, parent }, scope });
  }

  visit(node: AnyNode, scope: Scope, parent: AnyNode): void {
    switch (node.type) {
      case 'Identifier':
        return this.#use(node.name, node, parent, scope);
      case 'PrivateIdentifier':
        return this.#use(`#${node.name}`, node, parent, scope);
      case 'Super':
        return this.#use('super', node, parent, scope);
      case 'MetaProperty':
        // acorn refuses new.target where there is none
        if (node.meta.name === 'import') this.#use('import.meta', node, parent, scope);
        return;
      case 'ImportExpression':
        this.#use('import', node, parent, scope);
        return this.#children(node, scope);

      // names that are none
      case 'MemberExpression':
        this.visit(node.object, scope, node);
        if (node.computed || node.property.type === 'PrivateIdentifier') this.visit(node.property, scope, node);
        return;
      case 'Property':
        if (node.computed) this.visit(node.key, scope, node);
        if (node.method || node.kind !== 'init') {
          return this.#function(node.value as FunctionExpression, scope, true);
        }
        return this.visit(node.value, scope, node);
      case 'LabeledStatement':
        return this.visit(node.body, scope, node);
      case 'BreakStatement':
      case 'ContinueStatement':
        return;

      // declarations
      case 'VariableDeclaration': {
        const declare: Declare = node.kind === 'var' ? (name) => scope.declareVar(name) : (name) => scope.declare(name);
        for (const { id, init } of node.declarations) {
          this.#declare(id, scope, declare);
          if (init != null) this.visit(init, scope, node);
        }
        return;
      }
      case 'FunctionDeclaration':
        if (node.id !== null) scope.declare(node.id.name);
        return this.#function(node, scope);
      case 'ClassDeclaration':
        if (node.id !== null) scope.declare(node.id.name);
        return this.#class(node, scope);

      // scopes
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        return this.#function(node, scope);
      case 'ClassExpression':
        return this.#class(node, scope);
      case 'StaticBlock':
        return this.#children(node, insideClass(scope));
      case 'BlockStatement':
      case 'ForStatement':
      case 'ForInStatement':
      case 'ForOfStatement':
        return this.#children(node, new Scope(scope));
      case 'SwitchStatement': {
        this.visit(node.discriminant, scope, node);
        const cases = new Scope(scope);
        for (const each of node.cases) this.visit(each, cases, node);
        return;
      }
      case 'CatchClause': {
        const clause = new Scope(scope);
        if (node.param != null) this.#declare(node.param, clause, (name) => clause.declare(name));
        return this.visit(node.body, clause, node);
      }
      default:
        return this.#children(node, scope);
    }
  }

  #children(node: AnyNode, scope: Scope): void {
    for (const value of Object.values(node) as unknown[]) {
      if (Array.isArray(value)) {
        for (const each of value as unknown[]) if (isNode(each)) this.visit(each, scope, node);
      } else if (isNode(value)) {
        this.visit(value, scope, node);
      }
    }
  }

  /** Declares what a pattern binds; its defaults and computed keys are uses. */
  #declare(pattern: Pattern, scope: Scope, declare: Declare): void {
    switch (pattern.type) {
      case 'Identifier':
        return declare(pattern.name);
      case 'ObjectPattern':
        for (const each of pattern.properties) {
          if (each.type === 'Property') {
            if (each.computed) this.visit(each.key, scope, pattern);
            this.#declare(each.value, scope, declare);
          } else {
            this.#declare(each.argument, scope, declare);
          }
        }
        return;
      case 'ArrayPattern':
        for (const each of pattern.elements) if (each !== null) this.#declare(each, scope, declare);
        return;
      case 'RestElement':
        return this.#declare(pattern.argument, scope, declare);
      case 'AssignmentPattern':
        this.#declare(pattern.left, scope, declare);
        return this.visit(pattern.right, scope, pattern);
      case 'MemberExpression': // assigned to, never declared
        return this.visit(pattern, scope, pattern);
    }
  }

  /** The name of a function expression, its parameters, its body: each sees those before it, defaults do not see the body. */
  #function(
    node: FunctionNode | FunctionDeclaration | AnonymousFunctionDeclaration,
    scope: Scope,
    isMethod = false,
  ): void {
    const named = new Scope(scope);
    if (node.type === 'FunctionExpression' && node.id != null) named.declare(node.id.name);
    const parameters = new Scope(named, true);
    if (node.type !== 'ArrowFunctionExpression') parameters.declare('arguments');
    if (isMethod) parameters.declare('super');
    for (const each of node.params) this.#declare(each, parameters, (name) => parameters.declare(name));
    const inside = new Scope(parameters, true);
    if (node.body.type === 'BlockStatement') this.#children(node.body, inside);
    else this.visit(node.body, inside, node);
  }

  #class(node: ClassExpression | ClassDeclaration | AnonymousClassDeclaration, scope: Scope): void {
    const named = new Scope(scope);
    if (node.id != null) named.declare(node.id.name);
    if (node.superClass != null) this.visit(node.superClass, named, node);
    const inside = new Scope(named);
    for (const member of node.body.body) {
      if (member.type === 'StaticBlock' || member.key.type !== 'PrivateIdentifier') continue;
      inside.declare(`#${member.key.name}`);
    }
    for (const member of node.body.body) {
      if (member.type === 'StaticBlock') {
        this.visit(member, inside, node);
        continue;
      }
      if (member.computed) this.visit(member.key, inside, member);
      if (member.type === 'MethodDefinition') this.#function(member.value, inside, true);
      else if (member.value != null) this.visit(member.value, insideClass(inside), member);
    }
  }
}

/** Field initializers and static blocks run as methods do. */
function insideClass(scope: Scope): Scope {
  const inside = new Scope(scope, true);
  inside.declare('super');
  return inside;
}

function isNode(value: unknown): value is Expression | Statement {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
}
