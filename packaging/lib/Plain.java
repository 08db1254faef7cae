import java.io.IOException;
import java.io.OutputStream;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// Rewrites the classes of jars so that nothing is left to be made at run time that no class archive
/// of JDK 25 can hold: a switch over types, and the methods that a record has without writing them.
/// The virtual machine makes them at their first use, by method handles, and the first of each kind
/// takes it 15 to 20 ms. What takes their place is what a compiler would write: comparisons one
/// after the other.
final class Plain {
    private static final ClassDesc OBJECTS = ClassDesc.of("java.util.Objects");
    private static final ClassDesc BUILDER = ClassDesc.of("java.lang.StringBuilder");
    private static final String SWITCHES = "SwitchBootstraps";
    private static final String RECORDS = "ObjectMethods";

    private Plain() {}

    /// @param args the time of the jars' entries in seconds since 1970, and the jars, which are
    ///     replaced; together they hold all classes that their code names
    public static void main(String[] args) throws IOException {
        long millis = Long.parseLong(args[0]) * 1_000;
        List<Path> jars = new ArrayList<>();
        for (String name : List.of(args).subList(1, args.length)) {
            jars.add(Path.of(name));
        }
        URL[] urls = new URL[jars.size()];
        for (int i = 0; i < urls.length; i++) {
            urls[i] = jars.get(i).toUri().toURL();
        }
        try (URLClassLoader classes = new URLClassLoader(urls)) {
            ClassFile format =
                    ClassFile.of(
                            ClassHierarchyResolverOption.of(
                                    ClassHierarchyResolver.ofResourceParsing(classes)
                                            .orElse(ClassHierarchyResolver.defaultResolver())));
            for (Path jar : jars) {
                if (jar.getFileName().toString().startsWith("epmesh-")) {
                    rewrite(format, jar, millis);
                }
            }
        }
    }

    private static void rewrite(ClassFile format, Path jar, long millis) throws IOException {
        Path fresh = Path.of(jar + ".new");
        try (JarFile in = new JarFile(jar.toFile());
                OutputStream file = Files.newOutputStream(fresh);
                ZipOutputStream out = new ZipOutputStream(file)) {
            for (ZipEntry entry : in.stream().toList()) {
                byte[] bytes = in.getInputStream(entry).readAllBytes();
                ZipEntry copy = new ZipEntry(entry.getName());
                copy.setTime(millis);
                out.putNextEntry(copy);
                out.write(entry.getName().endsWith(".class") ? plain(format, bytes) : bytes);
            }
        }
        Files.move(fresh, jar, StandardCopyOption.REPLACE_EXISTING);
    }

    private static byte[] plain(ClassFile format, byte[] bytes) {
        ClassModel model = format.parse(bytes);
        List<Consumer<ClassBuilder>> methods = new ArrayList<>();
        byte[] rewritten =
                format.transformClass(
                        model,
                        ClassTransform.transformingMethodBodies(
                                        Plain::concerns,
                                        (code, element) -> {
                                            if (element instanceof InvokeDynamicInstruction call
                                                    && isKnown(call)) {
                                                String name = "plain$" + methods.size();
                                                methods.add(method(model, name, call));
                                                code.invoke(
                                                        Opcode.INVOKESTATIC,
                                                        model.thisClass().asSymbol(),
                                                        name,
                                                        call.typeSymbol(),
                                                        isInterface(model));
                                            } else {
                                                code.with(element);
                                            }
                                        })
                                .andThen(
                                        ClassTransform.endHandler(
                                                type ->
                                                        methods.forEach(
                                                                each -> each.accept(type)))));
        return methods.isEmpty() ? bytes : rewritten;
    }

    private static boolean concerns(MethodModel method) {
        return method.code().stream()
                .flatMap(code -> code.elementStream())
                .anyMatch(
                        element ->
                                element instanceof InvokeDynamicInstruction call && isKnown(call));
    }

    private static boolean isKnown(InvokeDynamicInstruction call) {
        return isBootstrap(call, RECORDS)
                || isBootstrap(call, SWITCHES)
                        && call.bootstrapMethod().methodName().equals("typeSwitch")
                        && call.bootstrapArgs().stream().allMatch(ClassDesc.class::isInstance);
    }

    private static boolean isBootstrap(InvokeDynamicInstruction call, String owner) {
        return call.bootstrapMethod().owner().displayName().equals(owner);
    }

    private static boolean isInterface(ClassModel model) {
        return model.flags().has(java.lang.reflect.AccessFlag.INTERFACE);
    }

    /// The method that a call comes to, with the parameters that the call has.
    private static Consumer<ClassBuilder> method(
            ClassModel model, String name, InvokeDynamicInstruction call) {
        List<ConstantDesc> arguments = call.bootstrapArgs();
        Consumer<CodeBuilder> body =
                isBootstrap(call, SWITCHES)
                        ? code -> typeSwitch(code, arguments)
                        : record(call.name().stringValue(), arguments);
        return type ->
                type.withMethodBody(
                        name,
                        call.typeSymbol(),
                        ClassFile.ACC_PRIVATE | ClassFile.ACC_STATIC | ClassFile.ACC_SYNTHETIC,
                        body);
    }

    /// As [java.lang.runtime.SwitchBootstraps#typeSwitch] describes it, for labels that are types.
    private static void typeSwitch(CodeBuilder code, List<ConstantDesc> labels) {
        Label there = code.newLabel();
        code.aload(0).ifnonnull(there).loadConstant(-1).ireturn().labelBinding(there);
        for (int i = 0; i < labels.size(); i++) {
            Label next = code.newLabel();
            code.iload(1).loadConstant(i).if_icmpgt(next);
            code.aload(0).instanceOf((ClassDesc) labels.get(i)).ifeq(next);
            code.loadConstant(i).ireturn().labelBinding(next);
        }
        code.loadConstant(labels.size()).ireturn();
    }

    /// As [java.lang.runtime.ObjectMethods#bootstrap] does it.
    private static Consumer<CodeBuilder> record(String method, List<ConstantDesc> arguments) {
        ClassDesc owner = (ClassDesc) arguments.getFirst();
        List<DirectMethodHandleDesc> fields =
                arguments.stream().skip(2).map(DirectMethodHandleDesc.class::cast).toList();
        return switch (method) {
            case "equals" -> code -> equality(code, owner, fields);
            case "hashCode" -> code -> hash(code, owner, fields);
            case "toString" -> code -> text(code, owner, fields);
            default -> throw new IllegalArgumentException("no method of records: " + method);
        };
    }

    private static ClassDesc type(DirectMethodHandleDesc field) {
        return field.invocationType().returnType();
    }

    private static void load(
            CodeBuilder code, int slot, ClassDesc owner, DirectMethodHandleDesc field) {
        code.aload(slot).getfield(owner, field.methodName(), type(field));
    }

    private static void equality(
            CodeBuilder code, ClassDesc owner, List<DirectMethodHandleDesc> fields) {
        Label differs = code.newLabel();
        Label other = code.newLabel();
        code.aload(0).aload(1).if_acmpne(other).loadConstant(1).ireturn().labelBinding(other);
        code.aload(1).instanceOf(owner).ifeq(differs);
        code.aload(1).checkcast(owner).astore(2);
        for (DirectMethodHandleDesc field : fields) {
            load(code, 0, owner, field);
            load(code, 2, owner, field);
            ClassDesc type = type(field);
            if (!type.isPrimitive()) {
                code.invokestatic(
                        OBJECTS,
                        "equals",
                        MethodTypeDesc.of(
                                ConstantDescs.CD_boolean,
                                ConstantDescs.CD_Object,
                                ConstantDescs.CD_Object));
                code.ifeq(differs);
            } else {
                code.invokestatic(
                        boxed(type),
                        "compare",
                        MethodTypeDesc.of(ConstantDescs.CD_int, type, type));
                code.ifne(differs);
            }
        }
        code.loadConstant(1).ireturn().labelBinding(differs).loadConstant(0).ireturn();
    }

    private static void hash(
            CodeBuilder code, ClassDesc owner, List<DirectMethodHandleDesc> fields) {
        code.loadConstant(0);
        for (DirectMethodHandleDesc field : fields) {
            code.loadConstant(31).imul();
            load(code, 0, owner, field);
            ClassDesc type = type(field);
            ClassDesc of = type.isPrimitive() ? type : ConstantDescs.CD_Object;
            code.invokestatic(
                    type.isPrimitive() ? boxed(type) : OBJECTS,
                    "hashCode",
                    MethodTypeDesc.of(ConstantDescs.CD_int, of));
            code.iadd();
        }
        code.ireturn();
    }

    private static void text(
            CodeBuilder code, ClassDesc owner, List<DirectMethodHandleDesc> fields) {
        code.new_(BUILDER).dup();
        code.invokespecial(BUILDER, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void);
        code.loadConstant(owner);
        code.invokevirtual(
                ConstantDescs.CD_Class,
                "getSimpleName",
                MethodTypeDesc.of(ConstantDescs.CD_String));
        append(code, ConstantDescs.CD_String);
        String before = "[";
        for (DirectMethodHandleDesc field : fields) {
            code.loadConstant(before + field.methodName() + "=");
            append(code, ConstantDescs.CD_String);
            load(code, 0, owner, field);
            ClassDesc type = type(field);
            boolean asIs = type.isPrimitive() && TypeKind.from(type) == TypeKind.from(type).asLoadable();
            boolean isChar = type.equals(ConstantDescs.CD_char) || type.equals(ConstantDescs.CD_boolean);
            append(
                    code,
                    !type.isPrimitive()
                            ? ConstantDescs.CD_Object
                            : asIs || isChar ? type : ConstantDescs.CD_int);
            before = ", ";
        }
        code.loadConstant(fields.isEmpty() ? "[]" : "]");
        append(code, ConstantDescs.CD_String);
        code.invokevirtual(BUILDER, "toString", MethodTypeDesc.of(ConstantDescs.CD_String));
        code.areturn();
    }

    private static void append(CodeBuilder code, ClassDesc type) {
        code.invokevirtual(BUILDER, "append", MethodTypeDesc.of(BUILDER, type));
    }

    private static ClassDesc boxed(ClassDesc primitive) {
        return switch (primitive.descriptorString()) {
            case "Z" -> ConstantDescs.CD_Boolean;
            case "B" -> ConstantDescs.CD_Byte;
            case "S" -> ConstantDescs.CD_Short;
            case "C" -> ConstantDescs.CD_Character;
            case "I" -> ConstantDescs.CD_Integer;
            case "J" -> ConstantDescs.CD_Long;
            case "F" -> ConstantDescs.CD_Float;
            default -> ConstantDescs.CD_Double;
        };
    }
}
