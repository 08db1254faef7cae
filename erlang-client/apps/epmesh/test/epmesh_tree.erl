%% Where things are in the source tree that the tests share with the rest of the project.
-module(epmesh_tree).

-export([root/0]).

root() ->
    {ok, Here} = file:get_cwd(),
    above([Here, code:lib_dir(epmesh)]).

above([Directory | Others]) ->
    case {filelib:is_file(filename:join(Directory, "bin/epmesh")), filename:dirname(Directory)} of
        {true, _} -> Directory;
        {false, Directory} when Others =:= [] -> error(no_source_tree);
        {false, Directory} -> above(Others);
        {false, Parent} -> above([Parent | Others])
    end.
